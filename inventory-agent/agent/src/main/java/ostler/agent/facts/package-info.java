/** What an operator wants to know of a host at a glance: the only package that knows OSHI. */
package ostler.agent.facts;
