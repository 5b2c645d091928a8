package ostler.allocator.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Where;
import ostler.allocator.engine.nova.Judgement;
import ostler.allocator.engine.nova.NovaDecision;
import ostler.allocator.engine.nova.NovaIntent;
import ostler.allocator.engine.nova.NovaMode;
import ostler.allocator.engine.nova.NovaNeeds;
import ostler.allocator.engine.nova.NovaRequest;
import ostler.allocator.engine.nova.RecentDecisions;
import ostler.allocator.store.HoldDesk.Found;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;

/**
 * Answers Nova's scheduler. Hosts are judged by the picture in memory; only the promise to the
 * instance is made in the database.
 */
public final class NovaDesk {

  /** Where more hosts than these have what is asked for, it is not scarce. */
  static final int FEW_HOSTS = 64;

  private final Desk desk;
  private final HoldDesk holdDesk;
  private final TreeDesk tree;
  private final NovaMode mode;
  private final RecentDecisions recent = new RecentDecisions();

  public NovaDesk(Desk desk, NovaMode mode) {
    this.desk = desk;
    this.mode = mode;
    holdDesk = new HoldDesk(desk);
    tree = new TreeDesk(desk);
  }

  /** What became of a question: what was found, and the promise that was made of it. */
  private record Settled(Judgement judgement, Optional<Hold> hold) {
    static Settled of(Judgement judgement) {
      return new Settled(judgement, Optional.empty());
    }
  }

  /**
   * Decides which hosts an instance may be placed on, and promises it what it needs. Only what
   * keeps the allocator from deciding at all is a refusal.
   */
  public Outcome<NovaDecision> decide(NovaRequest request, Origin origin) {
    return NovaNeeds.of(request, aliases(request))
        .then(needs -> settle(needs, request, origin))
        .map(settled -> remember(request, settled, origin));
  }

  /** Absent where there was none, or none any more, or where another allocator decided. */
  public Optional<NovaDecision> find(UUID decision) {
    return recent.find(decision, desk.clock.instant());
  }

  private Map<AliasName, Alias> aliases(NovaRequest request) {
    List<AliasName> named =
        request.requests().stream().flatMap(devices -> devices.alias().stream()).toList();
    return named.isEmpty()
        ? Map.of()
        : desk.transactions.read(() -> desk.aliases.find(named)).stream()
            .collect(Collectors.toMap(Alias::name, Function.identity()));
  }

  private Outcome<Settled> settle(NovaNeeds needs, NovaRequest request, Origin origin) {
    if (!needs.isOurs()) {
      return Outcome.done(Settled.of(new Judgement.NotOurs(request.hosts().size())));
    }
    desk.fleet.refresh();
    if (request.intent() == NovaIntent.REBUILD) {
      List<Claim> claims = desk.transactions.read(() -> liveOf(request));
      return desk.fleet
          .fleet()
          .map(fleet -> Settled.of(Judgement.kept(needs, request, fleet, claims)));
    }
    return desk.fleet
        .fleet()
        .map(fleet -> Judgement.placed(needs, request, fleet, desk.clock.instant()))
        .then(judged -> promise(needs, request, judged, origin));
  }

  private List<Claim> liveOf(NovaRequest request) {
    return desk.claims.ofInstance(request.instance()).stream()
        .filter(claim -> claim.project().equals(request.project()))
        .filter(claim -> !claim.state().isOver())
        .toList();
  }

  private Outcome<Settled> promise(
      NovaNeeds needs, NovaRequest request, Judgement.Placed judged, Origin origin) {
    if (judged.passed() == 0) {
      return Outcome.done(Settled.of(judged));
    }
    boolean few = judged.passed() <= FEW_HOSTS;
    Found found =
        new Found(
            request,
            needs.parts(),
            few ? new Where(judged.passing()) : Where.ANYWHERE,
            few ? judged.free() : List.of());
    if (mode == NovaMode.SHADOW || !request.intent().holds()) {
      return settled(request, judged, holdDesk.objection(found).map(Outcome::<Hold>refused));
    }
    Outcome<Hold> held =
        tree.welcome(request.project(), origin).then(project -> holdDesk.holdFor(found, origin));
    return settled(request, judged, Optional.of(held));
  }

  /** What lies in the asker makes all hosts fail; what lies in us is told as that. */
  private static Outcome<Settled> settled(
      NovaRequest request, Judgement.Placed judged, Optional<Outcome<Hold>> held) {
    if (held.isPresent() && held.get() instanceof Outcome.Refused<Hold> refused) {
      Refusal refusal = refused.refusal();
      return refusal.code().kind() == Code.Kind.BUSY
          ? Outcome.refused(refusal)
          : Outcome.done(
              Settled.of(
                  new Judgement.Refused(
                      request.hosts(), new Reason(refusal.code(), sentence(refusal)))));
    }
    return Outcome.done(new Settled(judged, held.map(Outcome::orElseThrow)));
  }

  private static String sentence(Refusal refusal) {
    return refusal.reasons().stream()
        .map(Reason::message)
        .filter(message -> !message.equals(refusal.message()))
        .reduce(refusal.message(), (all, one) -> all + "; " + one);
  }

  /**
   * What was decided is kept in memory. What nobody could be told by its effects is written into
   * the audit, too: that no host passed, and what shadow mode would have said.
   */
  private NovaDecision remember(NovaRequest request, Settled settled, Origin origin) {
    Instant now = desk.clock.instant();
    NovaDecision decision =
        new NovaDecision(
            desk.ids.get(),
            now,
            mode,
            request.instance(),
            request.project(),
            request.intent(),
            settled.judgement(),
            settled.hold());
    if (decision.isOurs()) {
      recent.add(decision);
      boolean none = decision.judgement().passed() == 0;
      if (mode == NovaMode.SHADOW || (none && request.intent() != NovaIntent.PROBE)) {
        audit(decision, none, origin);
      }
    }
    return decision;
  }

  private void audit(NovaDecision decision, boolean none, Origin origin) {
    desk.transactions.write(
        () -> {
          desk.trail.record(
              origin,
              decision.at(),
              "nova.filter",
              decision.instance().toString(),
              none ? Code.NO_CAPACITY.name() : "done",
              "decision "
                  + decision.id()
                  + " for "
                  + decision.project()
                  + (decision.mode() == NovaMode.SHADOW ? " in shadow mode: " : ": ")
                  + decision.summary());
          return Outcome.done(decision);
        });
  }

  /** There is no such thing. */
  public static <T> Outcome<T> unknown(UUID decision) {
    return Outcome.refused(
        Code.UNKNOWN_DECISION,
        "this allocator has no decision "
            + decision
            + " about something of Ostler's; it keeps the newest for an hour, so ask the allocator"
            + " that made it, or look at the audit");
  }
}
