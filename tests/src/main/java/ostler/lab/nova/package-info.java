/** Nova's own programs, and Ostler's plugin in them. Nothing is installed for it. */
package ostler.lab.nova;
