/** The host daemon: it discovers, reports and keeps the desired state, unprivileged. */
package ostler.agent;
