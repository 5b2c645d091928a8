/** The agent's side of the conversation with the allocator: join, report, and desired state. */
package ostler.agent.link;
