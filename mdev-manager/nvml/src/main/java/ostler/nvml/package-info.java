/**
 * The NVML binding, once, for the agent and for MIG.
 *
 * <p>{@link ostler.nvml.Nvml} opens the library, {@link ostler.nvml.Gpu} is one device, {@link
 * ostler.nvml.Mig} the same cut into instances. {@link ostler.nvml.NvmlTelling} carries a reading
 * out of a process that may hang or crash.
 */
package ostler.nvml;
