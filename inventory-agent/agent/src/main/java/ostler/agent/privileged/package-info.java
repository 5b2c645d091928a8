/**
 * The one place where the agent starts other programs: root's, through sudo, and a probe that may
 * hang in its stead. Also the guard's socket, where root answers without a program being started.
 */
package ostler.agent.privileged;
