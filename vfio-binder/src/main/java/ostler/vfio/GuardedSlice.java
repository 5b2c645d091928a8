package ostler.vfio;

import java.util.List;
import java.util.Optional;
import ostler.pci.IommuGroup;
import ostler.root.Holder;
import ostler.root.PublishedSlice;
import ostler.root.Refusal;

/**
 * How the guard stands with a slice.
 *
 * @param number absent where the slice is not there, or has no group
 * @param holders who else has it open; absent where that could not be found out
 * @param problem why it is not guarded although it should be
 */
record GuardedSlice(
    PublishedSlice slice,
    Optional<IommuGroup> number,
    boolean guarded,
    Optional<List<Holder>> holders,
    Optional<Refusal> problem) {}
