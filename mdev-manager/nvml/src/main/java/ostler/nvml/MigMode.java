package ostler.nvml;

/**
 * Whether a card can be cut into instances.
 *
 * @param current whether it can be now
 * @param pending whether it can be after its next reset
 */
public record MigMode(boolean current, boolean pending) {}
