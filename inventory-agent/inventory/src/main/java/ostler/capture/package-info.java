/** A host's files as one text: taken from a machine, made up, and laid out again in a directory. */
package ostler.capture;
