/** What the host's devices are, looked at when something changed and now and then besides. */
package ostler.agent.discovery;
