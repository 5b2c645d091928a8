/**
 * What the agent remembers of its units from one moment to the next, on disk before it acts and
 * after.
 */
package ostler.agent.journal;
