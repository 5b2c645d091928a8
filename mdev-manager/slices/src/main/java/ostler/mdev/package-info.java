/** The small root program that creates and removes slices. */
package ostler.mdev;
