/** The small root program: holders, bind, release, reset, scrub and guard. */
package ostler.vfio;
