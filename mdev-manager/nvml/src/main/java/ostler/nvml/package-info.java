/** The NVML binding, once, for the agent and for MIG. */
package ostler.nvml;
