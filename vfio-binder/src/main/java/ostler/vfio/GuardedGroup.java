package ostler.vfio;

import java.util.List;
import java.util.Optional;
import ostler.pci.IommuGroup;
import ostler.root.Holder;
import ostler.root.Refusal;

/**
 * How the guard stands with a unit.
 *
 * @param number absent where the group could not be found
 * @param holders who else has it open; absent where that could not be found out
 * @param problem why it is not guarded although it should be
 */
record GuardedGroup(
    ManagedUnit unit,
    Optional<IommuGroup> number,
    boolean guarded,
    Optional<List<Holder>> holders,
    Optional<Refusal> problem) {}
