package ostler.agent.privileged;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import ostler.inventory.Fence;
import ostler.inventory.FenceJson;
import ostler.inventory.Holder;
import ostler.inventory.ResetChoice;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.inventory.UnitMembers;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeJson;
import ostler.inventory.WipeStep;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * What the agent has root do with whole groups, a method for each verb. Root decides for itself
 * whether it may be done; the agent only asks.
 *
 * <p>Each deadline here is longer than the program's own, which answers {@code DEADLINE} with more
 * to say; it is there for the program that cannot even do that.
 */
public final class RootProgram {

  private static final Duration LOOK_DEADLINE = Duration.ofSeconds(60);
  private static final Duration PERMIT_DEADLINE = Duration.ofSeconds(60);

  /** Each of a group's functions may take its time: a reset up to 60 s (Linux pci_dev_wait). */
  private static final Duration RESET_DEADLINE = Duration.ofMinutes(10);

  private static final Duration BIND_DEADLINE = Duration.ofMinutes(10);

  /** A scrub writes and reads all memory a few times; through a slow window that takes long. */
  private static final Duration SCRUB_DEADLINE = Duration.ofMinutes(60);

  private final Asking asking;

  public RootProgram(Exchange exchange) {
    this.asking = new Asking(exchange, "ostler-vfio");
  }

  /** An order's stamp: which run of a program it is, and how new the order. */
  public record Stamp(UUID operation, Fence fence) {}

  /** Who has a group open, beside the guard. */
  public record Held(boolean guarded, List<Holder> holders) {
    public Held {
      holders = List.copyOf(holders);
    }
  }

  /** That a verb was carried out, and whether the guard has the group now. */
  public record Kept(boolean guarded) {}

  /** What a scrub did and reached. */
  public record Scrubbed(List<WipeStep> steps, WipeCoverage coverage, List<String> gaps) {
    public Scrubbed {
      steps = List.copyOf(steps);
      gaps = List.copyOf(gaps);
    }
  }

  public Answer<Held> holders(UUID operation, UnitMembers members) throws InterruptedException {
    return asking.ask(
        "holders",
        LOOK_DEADLINE,
        out -> out.text("op", operation).texts("members", members.addresses()),
        in -> new Held(in.bool("guarded"), in.list("holders", RootProgram::readHolder)));
  }

  /** Binds all members for tenants, with the guard before them. */
  public Answer<Kept> bind(Stamp stamp, UnitMembers members) throws InterruptedException {
    return asking.ask("bind", BIND_DEADLINE, fenced(stamp, members), RootProgram::readKept);
  }

  /** Gives all members back to the host's own drivers. */
  public Answer<Kept> release(Stamp stamp, UnitMembers members) throws InterruptedException {
    return asking.ask("release", BIND_DEADLINE, fenced(stamp, members), in -> new Kept(false));
  }

  public Answer<Kept> permit(Stamp stamp, UnitMembers members, Tenant tenant)
      throws InterruptedException {
    return handOut("permit", stamp, members, tenant);
  }

  /** Takes into its care, and permits to the tenant, what the tenant holds already. */
  public Answer<Kept> adopt(Stamp stamp, UnitMembers members, Tenant tenant)
      throws InterruptedException {
    return handOut("adopt", stamp, members, tenant);
  }

  private Answer<Kept> handOut(String verb, Stamp stamp, UnitMembers members, Tenant tenant)
      throws InterruptedException {
    return asking.ask(
        verb,
        PERMIT_DEADLINE,
        fenced(stamp, members)
            .andThen(out -> out.object("claim", claim -> UnitJson.writeTenant(tenant, claim))),
        RootProgram::readKept);
  }

  public Answer<Kept> forbid(Stamp stamp, UnitMembers members) throws InterruptedException {
    return asking.ask("forbid", PERMIT_DEADLINE, fenced(stamp, members), RootProgram::readKept);
  }

  /** Resets all members by one method, never {@link ResetChoice#AUTO}. */
  public Answer<List<WipeStep>> reset(Stamp stamp, UnitMembers members, ResetChoice method)
      throws InterruptedException {
    return asking.ask(
        "reset",
        RESET_DEADLINE,
        fenced(stamp, members).andThen(out -> out.text("method", method)),
        in -> in.list("steps", WipeJson::readStep));
  }

  public Answer<Scrubbed> scrub(Stamp stamp, UnitMembers members) throws InterruptedException {
    return asking.ask(
        "scrub",
        SCRUB_DEADLINE,
        fenced(stamp, members),
        in ->
            new Scrubbed(
                in.list("steps", WipeJson::readStep),
                in.object("coverage", WipeJson::readCoverage),
                in.values("gaps", java.util.Optional::of, "a sentence")));
  }

  private static Consumer<JsonWriter> fenced(Stamp stamp, UnitMembers members) {
    return out ->
        out.text("op", stamp.operation())
            .texts("members", members.addresses())
            .object("fence", fence -> FenceJson.write(stamp.fence(), fence));
  }

  private static Kept readKept(JsonObject in) throws WireException {
    return new Kept(in.bool("guarded"));
  }

  static Holder readHolder(JsonObject in) throws WireException {
    return new Holder(
        Holder.Kind.PROCESS,
        Integer.toString(in.integer("pid", 1, Integer.MAX_VALUE)),
        in.text("command"));
  }
}
