package ostler.agent.privileged;

import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonReader;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * What the agent has root do, a method for each verb. Root decides for itself whether it may be
 * done; the agent only asks.
 *
 * <p>Each deadline here is longer than the program's own, which answers {@code DEADLINE} with more
 * to say; it is there for the program that cannot even do that.
 */
public final class RootProgram {

  private static final int VERSION = 1;
  private static final JsonLimits LIMITS = new JsonLimits(1024 * 1024, 16, 64 * 1024);

  private static final Duration LOOK_DEADLINE = Duration.ofSeconds(60);
  private static final Duration PERMIT_DEADLINE = Duration.ofSeconds(60);

  /** Each of a group's functions may take its time: a reset up to 60 s (Linux pci_dev_wait). */
  private static final Duration RESET_DEADLINE = Duration.ofMinutes(10);

  private static final Duration BIND_DEADLINE = Duration.ofMinutes(10);

  /** A scrub writes and reads all memory a few times; through a slow window that takes long. */
  private static final Duration SCRUB_DEADLINE = Duration.ofMinutes(60);

  private final Exchange exchange;

  public RootProgram(Exchange exchange) {
    this.exchange = exchange;
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
    return ask(
        "holders",
        LOOK_DEADLINE,
        out -> out.text("op", operation).texts("members", members.addresses()),
        in -> new Held(in.bool("guarded"), in.list("holders", RootProgram::readHolder)));
  }

  /** Binds all members for tenants, with the guard before them. */
  public Answer<Kept> bind(Stamp stamp, UnitMembers members) throws InterruptedException {
    return ask("bind", BIND_DEADLINE, fenced(stamp, members), RootProgram::readKept);
  }

  /** Gives all members back to the host's own drivers. */
  public Answer<Kept> release(Stamp stamp, UnitMembers members) throws InterruptedException {
    return ask("release", BIND_DEADLINE, fenced(stamp, members), in -> new Kept(false));
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
    return ask(
        verb,
        PERMIT_DEADLINE,
        fenced(stamp, members)
            .andThen(out -> out.object("claim", claim -> UnitJson.writeTenant(tenant, claim))),
        RootProgram::readKept);
  }

  public Answer<Kept> forbid(Stamp stamp, UnitMembers members) throws InterruptedException {
    return ask("forbid", PERMIT_DEADLINE, fenced(stamp, members), RootProgram::readKept);
  }

  /** Resets all members by one method, never {@link ResetChoice#AUTO}. */
  public Answer<List<WipeStep>> reset(Stamp stamp, UnitMembers members, ResetChoice method)
      throws InterruptedException {
    return ask(
        "reset",
        RESET_DEADLINE,
        fenced(stamp, members).andThen(out -> out.text("method", method)),
        in -> in.list("steps", WipeJson::readStep));
  }

  public Answer<Scrubbed> scrub(Stamp stamp, UnitMembers members) throws InterruptedException {
    return ask(
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

  private <T> Answer<T> ask(
      String verb, Duration deadline, Consumer<JsonWriter> fields, JsonReader<T> reader)
      throws InterruptedException {
    String request =
        Json.write(
            out -> {
              out.integer("v", VERSION).text("verb", verb);
              fields.accept(out);
            });
    Exchange.Ending ending = exchange.ask(request, deadline);
    if (ending instanceof Exchange.Ending.Line line) {
      return parse(verb, line.text(), reader);
    }
    return ending instanceof Exchange.Ending.Nothing nothing
        ? new Answer.Broken<>("ostler-vfio " + verb + ": " + nothing.why())
        : new Answer.Late<>(
            "ostler-vfio " + verb + " has not answered within " + deadline.toSeconds() + " s");
  }

  private static <T> Answer<T> parse(String verb, String line, JsonReader<T> reader) {
    try {
      return Json.read(
          line, LIMITS, in -> in.bool("ok") ? new Answer.Done<>(reader.read(in)) : readRefusal(in));
    } catch (WireException e) {
      return new Answer.Broken<>(
          "ostler-vfio " + verb + " gave an answer that is none: " + e.getMessage());
    }
  }

  private static <T> Answer<T> readRefusal(JsonObject in) throws WireException {
    return new Answer.Refused<>(
        in.text("code"), in.text("message"), in.has("detail") ? in.scalars("detail") : Map.of());
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
