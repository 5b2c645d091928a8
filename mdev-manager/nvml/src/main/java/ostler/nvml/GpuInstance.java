package ostler.nvml;

import ostler.inventory.SlicePlacement;

/**
 * A GPU instance that is on a card, whoever made it.
 *
 * @param id NVML's number of it on this card, which is used again when it is gone
 * @param profile the number of its profile
 * @param hasCompute whether it has a compute instance, without which nothing can run on it
 */
public record GpuInstance(int id, int profile, SlicePlacement placement, boolean hasCompute) {}
