package ostler.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import ostler.agent.privileged.Exchange.Ending;
import ostler.inventory.FenceJson;
import ostler.inventory.SliceId;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeJson;
import ostler.inventory.WipeStep;
import ostler.inventory.WipeStep.Kind;
import ostler.inventory.WipeStep.Result;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * The root programs of one host, as its agent sees them: the same requests, the same answers, the
 * same refusals. What they do to a card is told to the observer before it is done.
 */
final class RootModel {

  private static final String HOLDERS = "holders";
  private static final String SCRUB = "scrub";

  private static final long MEMORY_BYTES = 16L << 20;
  private static final int HOLDER_PID = 4242;

  private final PhysicalHost host;
  private final Truth truth;
  private final PlantedBug.Sabotage bug;
  private final SliceModel slices;

  RootModel(PhysicalHost host, Truth truth, PlantedBug.Sabotage bug) {
    this.host = host;
    this.truth = truth;
    this.bug = bug;
    this.slices = new SliceModel(host, truth, bug);
  }

  /**
   * Reads what an agent asks.
   *
   * @throws IllegalArgumentException if it is no request
   */
  RootRun.Request read(String request) {
    try {
      return Json.read(request, JsonLimits.MESSAGE, this::request);
    } catch (WireException e) {
      throw new IllegalArgumentException("the agent sent what is no request: " + request, e);
    }
  }

  private RootRun.Request request(JsonObject in) throws WireException {
    return in.has("parent") ? aboutSlices(in) : aboutCard(in);
  }

  private RootRun.Request aboutCard(JsonObject in) throws WireException {
    List<PciAddress> members = in.values("members", PciAddress::tryParse, "a PCI address");
    return new RootRun.Request(
        in.text("verb"),
        in.text("op"),
        host.card(members).orElseThrow(() -> new IllegalArgumentException("no card " + members)),
        in.optionalObject("fence", FenceJson::read),
        in.optionalObject("claim", UnitJson::readTenant),
        Optional.empty());
  }

  private RootRun.Request aboutSlices(JsonObject in) throws WireException {
    PciAddress parent = in.value("parent", PciAddress::tryParse, "a PCI address");
    return new RootRun.Request(
        in.text("verb"),
        in.text("op"),
        host.cardAt(parent).orElseThrow(() -> new IllegalArgumentException("no card " + parent)),
        in.optionalObject("fence", FenceJson::read),
        in.optionalObject("claim", UnitJson::readTenant),
        Optional.of(
            new RootRun.SliceOrder(
                in.optionalValue("slice", SliceId::tryParse, "a UUID"),
                in.optionalValue("function", PciAddress::tryParse, "a PCI address"),
                in.optionalText("type"),
                in.optionalInteger("count", 0, Integer.MAX_VALUE).orElse(0))));
  }

  /** Begins a run: it takes the card's lock, or ends with a refusal. */
  void begin(RootRun run) {
    Card card = run.request().card();
    Optional<String> code = objection(run.request());
    if (code.isPresent()) {
      run.end(refusal(run.request(), code.get()));
      host.runs().remove(run);
    } else if (locks(run.request())) {
      card.lock = Optional.of(run);
      if (run.request().slices().isEmpty()) {
        card.fence = run.request().fence();
      }
    }
    run.begin();
  }

  private static boolean locks(RootRun.Request request) {
    return request.slices().isPresent()
        ? SliceModel.locks(request.verb())
        : request.fence().isPresent();
  }

  private Optional<String> objection(RootRun.Request request) {
    Card card = request.card();
    if (!card.plugged) {
      return Optional.of("DEVICE_GONE");
    }
    if (!locks(request)) {
      return Optional.empty();
    }
    if (card.lock.isPresent()) {
      return Optional.of("LOCKED");
    }
    boolean stale =
        request.slices().isPresent()
            ? slices.isStale(request)
            : card.fence.filter(request.fence().orElseThrow()::isOlderThan).isPresent();
    return stale ? Optional.of("STALE_FENCE") : Optional.empty();
  }

  /** Ends a run that was begun: with its effect, or refused as the kernel may refuse anything. */
  void end(RootRun run, boolean refused) {
    RootRun.Request request = run.request();
    run.end(
        refused && request.verb().equals("reset")
            ? refusal(request, "RESET_FAILED")
            : refused ? refusal(request, "UNKNOWN_KERNEL_ERROR") : carryOut(request));
    free(run);
  }

  /** A run is killed between two of its steps, of which the kernel's may have been the last. */
  void kill(RootRun run, boolean kernelDidIt) {
    if (run.request().card().plugged) {
      slices.breakOff(run.request(), kernelDidIt);
    }
    run.end(new Ending.Nothing("it was killed"));
    free(run);
  }

  /** A run hangs in the kernel, and keeps the card's lock until the next boot. */
  void hang(RootRun run) {
    run.end(new Ending.Late());
    run.request().card().hung = true;
    host.runs().remove(run);
  }

  private void free(RootRun run) {
    host.runs().remove(run);
    Card card = run.request().card();
    if (card.lock.equals(Optional.of(run))) {
      card.lock = Optional.empty();
    }
  }

  private Ending carryOut(RootRun.Request request) {
    Card card = request.card();
    if (!card.plugged) {
      return refusal(request, "DEVICE_GONE");
    }
    if (request.slices().isPresent()) {
      SliceModel.Result result = slices.carryOut(request);
      return result
          .code()
          .map(code -> refusal(request, code))
          .orElseGet(() -> done(request, result.fields()));
    }
    return switch (request.verb()) {
      case HOLDERS -> holders(request, card);
      case "bind" -> bind(request, card);
      case "release" -> release(request, card);
      case "permit" -> permit(request, card);
      case "forbid" -> forbid(request, card);
      case "reset" -> reset(request, card);
      case SCRUB -> scrub(request, card);
      default -> refusal(request, "BAD_REQUEST");
    };
  }

  private Ending holders(RootRun.Request request, Card card) {
    return done(
        request,
        out ->
            out.bool("guarded", host.isGuarded(card))
                .list("holders", card.holder.stream().toList(), RootModel::writeHolder));
  }

  static void writeHolder(Tenant tenant, JsonWriter out) {
    out.integer("pid", HOLDER_PID)
        .text("command", "qemu of " + tenant.consumer().id())
        .text("file", "/dev/vfio/1");
  }

  private Ending bind(RootRun.Request request, Card card) {
    if (!host.guardIsUp()) {
      return refusal(request, "GUARD_ABSENT");
    }
    if (!card.cut.functions().isEmpty() || !card.cut.made().isEmpty()) {
      return refusal(request, "SLICED");
    }
    card.managed = true;
    card.bind();
    host.showDrivers(card);
    return done(request, out -> out.bool("guarded", host.isGuarded(card)));
  }

  private Ending release(RootRun.Request request, Card card) {
    if (card.permit.isPresent()) {
      return refusal(request, "PERMITTED");
    }
    if (card.holder.isPresent()) {
      return refusal(request, "HELD");
    }
    truth.givenBack(card);
    card.managed = false;
    card.unbind();
    host.showDrivers(card);
    return done(request, out -> out.texts("restored", List.of()));
  }

  private Ending permit(RootRun.Request request, Card card) {
    if (!card.managed || !card.isBound()) {
      return refusal(request, "NOT_BOUND");
    }
    if (card.permit.isPresent() && !card.permit.equals(request.tenant())) {
      return refusal(request, "PERMITTED");
    }
    if (card.permit.isEmpty()) {
      truth.permitted(card, request.tenant().orElseThrow());
    }
    card.permit = request.tenant();
    return done(request, out -> out.bool("guarded", false));
  }

  private Ending forbid(RootRun.Request request, Card card) {
    if (card.holder.isPresent()) {
      return refusal(request, "HELD");
    }
    card.permit.ifPresent(tenant -> truth.forbidden(card, tenant));
    card.permit = Optional.empty();
    return done(request, out -> out.bool("guarded", host.isGuarded(card)));
  }

  private Ending reset(RootRun.Request request, Card card) {
    if (!host.isGuarded(card) || card.holder.isPresent()) {
      return refusal(request, card.holder.isPresent() ? "HELD" : "NOT_BOUND");
    }
    List<WipeStep> steps = new ArrayList<>();
    for (PciAddress member : card.members()) {
      steps.add(step(Kind.QUIESCE, member));
      steps.add(step(Kind.RESET, member));
    }
    return done(request, out -> out.list("steps", steps, WipeJson::writeStep));
  }

  private Ending scrub(RootRun.Request request, Card card) {
    if (!host.isGuarded(card) || card.holder.isPresent()) {
      return refusal(request, card.holder.isPresent() ? "HELD" : "NOT_BOUND");
    }
    truth.scrubbed(card);
    if (bug.scrubClears()) {
      card.secret = Optional.empty();
      card.traces.clear();
    }
    PciAddress memory = card.members().get(0);
    List<WipeStep> steps =
        List.of(
            step(Kind.WITNESS, memory),
            step(Kind.SCRUB, memory),
            step(Kind.NEGATIVE_CONTROL, memory),
            step(Kind.VERIFY, memory));
    WipeCoverage whole = new WipeCoverage(MEMORY_BYTES, MEMORY_BYTES, MEMORY_BYTES);
    return done(
        request,
        out ->
            out.list("steps", steps, WipeJson::writeStep)
                .object("coverage", in -> WipeJson.writeCoverage(whole, in))
                .texts("gaps", List.of()));
  }

  private static WipeStep step(Kind kind, PciAddress member) {
    Instant when = FakeTime.BEGIN;
    return new WipeStep(kind, member, Result.OK, when, 1, Map.of());
  }

  private static Ending done(RootRun.Request request, Consumer<JsonWriter> fields) {
    return new Ending.Line(
        Json.write(
            out -> {
              out.integer("v", 1)
                  .bool("ok", true)
                  .text("verb", request.verb())
                  .text("op", request.operation());
              fields.accept(out);
            }));
  }

  private static Ending refusal(RootRun.Request request, String code) {
    return new Ending.Line(
        Json.write(
            out ->
                out.integer("v", 1)
                    .bool("ok", false)
                    .text("verb", request.verb())
                    .text("code", code)
                    .text("message", "The simulated root says " + code + "; look at its journal.")
                    .scalars("detail", Map.of())));
  }
}
