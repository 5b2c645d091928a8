package ostler.inventory;

import java.util.Optional;

/**
 * A function's PCIe link. A card in a slot of sixteen lanes that runs on one is a finding.
 *
 * @param current absent where the link is down or the kernel cannot tell
 * @param max what the function itself could do
 */
public record Link(Optional<LinkRate> current, Optional<LinkRate> max) {}
