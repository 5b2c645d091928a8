package ostler.vfio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.root.BarRange;
import ostler.root.Code;
import ostler.root.Refusal;
import ostler.vfio.scrub.DeviceMemory;

/**
 * Which memories of a group are to be cleared, and what is known to stay as it is.
 *
 * @param memories at least one
 * @param gaps sentences for the evidence
 */
record ScrubPlan(List<Memory> memories, List<String> gaps) {

  /** Less than this is no memory, and cannot be mapped alone. */
  private static final int MIN_BYTES = 4096;

  /**
   * One BAR that is memory.
   *
   * @param because why that is so
   */
  record Memory(PciAddress device, BarRange bar, String because) {}

  /** What the plan must know of a member. */
  record Member(PciAddress device, PciId id, PciClass pciClass, List<BarRange> bars) {}

  ScrubPlan {
    memories = List.copyOf(memories);
    gaps = List.copyOf(gaps);
  }

  long bytes() {
    return memories.stream().mapToLong(memory -> memory.bar().bytes()).sum();
  }

  /**
   * Decides.
   *
   * @throws Refusal SCRUB_UNSUPPORTED if there is a member whose memory cannot be reached, or none
   *     that has any
   */
  static ScrubPlan of(List<Member> members) throws Refusal {
    List<Memory> memories = new ArrayList<>();
    List<String> gaps = new ArrayList<>();
    for (Member member : members) {
      DeviceMemory kind = kind(member);
      for (BarRange bar : member.bars()) {
        boolean memory = bar.isMemory() && kind.isMemory(bar.index(), bar.isPrefetchable());
        if (memory && bar.bytes() % MIN_BYTES == 0) {
          memories.add(new Memory(member.device(), bar, kind.reason()));
        } else {
          gaps.add(
              "%s BAR %d (%d bytes): registers, not overwritten"
                  .formatted(member.device(), bar.index(), bar.bytes()));
        }
      }
      gaps.add(
          "%s: firmware, ROM and buffers that no BAR shows were not reached"
              .formatted(member.device()));
    }
    if (memories.isEmpty()) {
      throw new Refusal(
          Code.SCRUB_UNSUPPORTED,
          "None of %s has memory of its own behind a BAR."
              .formatted(members.stream().map(Member::device).toList()));
    }
    return new ScrubPlan(memories, gaps);
  }

  private static DeviceMemory kind(Member member) throws Refusal {
    Optional<DeviceMemory> kind = DeviceMemory.of(member.id(), member.pciClass());
    if (kind.isEmpty()) {
      throw new Refusal(
          Code.SCRUB_UNSUPPORTED,
          "The memory of %s (%s, class %s) cannot be cleared through its BARs: they are a window or registers, as far as is known here. It needs a scrubber for its model."
              .formatted(member.device(), member.id(), member.pciClass()));
    }
    return kind.get();
  }
}
