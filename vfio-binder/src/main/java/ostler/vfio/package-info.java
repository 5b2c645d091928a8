/**
 * The small root program: holders, bind, release, permit, forbid, reset, scrub, state and guard.
 */
package ostler.vfio;
