package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;
import ostler.inventory.BootId;

/**
 * The facts that stand beside a unit's state.
 *
 * @param groupWhole whether its members are still exactly the endpoints of one IOMMU group
 * @param adminReason what the operator said; empty text where nothing was said
 * @param leaving whether its devices are on their way back to the host
 * @param abandoned present from when a claim lost it without proof until its host restarts
 */
public record Standing(
    Presence presence,
    boolean groupWhole,
    AdminState admin,
    String adminReason,
    Health health,
    Optional<Quarantine> quarantine,
    boolean leaving,
    Optional<Abandoned> abandoned) {

  /** A unit as it is taken in. */
  public static final Standing NEW =
      new Standing(
          Presence.PRESENT,
          true,
          AdminState.ENABLED,
          "",
          Health.UNKNOWN,
          Optional.empty(),
          false,
          Optional.empty());

  public Standing {
    Objects.requireNonNull(presence);
    Objects.requireNonNull(admin);
    Objects.requireNonNull(adminReason);
    Objects.requireNonNull(health);
    Objects.requireNonNull(quarantine);
    Objects.requireNonNull(abandoned);
  }

  public Standing with(Presence now) {
    return new Standing(
        now, groupWhole, admin, adminReason, health, quarantine, leaving, abandoned);
  }

  public Standing withGroupWhole(boolean now) {
    return new Standing(presence, now, admin, adminReason, health, quarantine, leaving, abandoned);
  }

  public Standing with(AdminState now, String reason) {
    return new Standing(presence, groupWhole, now, reason, health, quarantine, leaving, abandoned);
  }

  public Standing with(Optional<Quarantine> now) {
    return new Standing(presence, groupWhole, admin, adminReason, health, now, leaving, abandoned);
  }

  Standing withLeaving(boolean now) {
    return new Standing(
        presence, groupWhole, admin, adminReason, health, quarantine, now, abandoned);
  }

  Standing with(Abandoned now) {
    return abandoned(Presence.MISSING, Optional.of(now));
  }

  private Standing abandoned(Presence seen, Optional<Abandoned> now) {
    return new Standing(seen, groupWhole, admin, adminReason, health, quarantine, leaving, now);
  }

  /** As the host's report leaves it: what was abandoned in this boot stays missing. */
  Standing reportedIn(BootId boot) {
    Optional<Abandoned> left = abandoned.flatMap(before -> before.after(boot));
    return abandoned(left.isPresent() ? Presence.MISSING : presence, left);
  }
}
