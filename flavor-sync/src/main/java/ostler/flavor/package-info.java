/** Aliases, the names that flavors use, and what they match. */
package ostler.flavor;
