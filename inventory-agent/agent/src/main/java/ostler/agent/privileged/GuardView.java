package ostler.agent.privileged;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import ostler.inventory.Holder;
import ostler.inventory.SliceId;
import ostler.inventory.Tenant;
import ostler.inventory.UnitProblem;
import ostler.pci.PciAddress;

/** What the guard says of the groups in its care. */
public sealed interface GuardView {

  /** Every managed group and every slice; what is not listed is not managed. */
  record Known(List<Group> groups, List<Slice> slices) implements GuardView {
    public Known {
      groups = List.copyOf(groups);
      slices = List.copyOf(slices);
    }
  }

  /** The guard did not answer: nothing at all is known, least of all that nobody holds anything. */
  record Unknown(String why) implements GuardView {
    public Unknown {
      Objects.requireNonNull(why);
    }
  }

  /**
   * One managed group.
   *
   * @param members its endpoints, in order of address
   * @param guarded whether the guard has it open, so that nobody else can
   * @param permit to whom it is permitted; it is then not guarded
   * @param holders who has it open beside the guard
   * @param holdersKnown whether the guard could look
   */
  record Group(
      List<PciAddress> members,
      boolean guarded,
      Optional<Tenant> permit,
      List<Holder> holders,
      boolean holdersKnown,
      Optional<UnitProblem> problem) {
    public Group {
      members = members.stream().sorted().toList();
      Objects.requireNonNull(permit);
      holders = List.copyOf(holders);
      Objects.requireNonNull(problem);
    }
  }

  /**
   * One slice that root has made.
   *
   * @param there whether it is on the host now, and not only in the books
   * @param group of it alone; its only member is the function that it is on
   */
  record Slice(SliceId id, boolean there, Group group) {
    public Slice {
      Objects.requireNonNull(id);
      Objects.requireNonNull(group);
    }
  }
}
