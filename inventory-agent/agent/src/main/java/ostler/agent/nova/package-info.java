/** What Nova does on this host without asking before: its instances start, and are gone. */
package ostler.agent.nova;
