package ostler.nvml;

/**
 * A kind of GPU instance that a card can be cut into.
 *
 * @param id NVML's number of it on this card
 * @param name what people call it, for example {@code 1g.10gb+me}
 * @param slices of the card's slices of computing, 1 or more
 * @param memoryMib its memory, in MiB
 * @param multiprocessors how many it has
 */
public record MigProfile(int id, String name, int slices, long memoryMib, int multiprocessors) {}
