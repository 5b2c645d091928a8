package ostler.agent.host;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import ostler.agent.discovery.Discovery;
import ostler.agent.discovery.HealthProbe;
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.JournalFile;
import ostler.agent.libvirt.DomainView;
import ostler.agent.privileged.Guard;
import ostler.agent.privileged.RootProgram;
import ostler.agent.privileged.SliceProgram;
import ostler.agent.reconcile.Keeper;
import ostler.agent.reconcile.Observation;
import ostler.agent.reconcile.Observer;
import ostler.agent.reconcile.RecordDesk;
import ostler.agent.reconcile.Status;
import ostler.inventory.AgentInstance;
import ostler.inventory.UnitId;
import ostler.inventory.UnitReport;

/**
 * The agent's inside on one thread: it looks, decides and acts in turns that a test asks for. Time
 * stands still within a turn, and goes on by more than the longest pause between two.
 */
public final class AgentInTest implements AutoCloseable {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  private static final Duration TURN = Duration.ofMinutes(2);
  private static final int TURNS_TO_REST = 12;

  private final Journal journal;
  private final Keeper keeper;
  private final Observer observer;
  private Optional<DomainView> domains = Optional.empty();
  private long now;
  private Optional<Status> told = Optional.empty();

  public AgentInTest(
      FakeHost host, FakeRoot root, Path state, KeyPair keys, Consumer<String> onEvent)
      throws IOException, JournalException {
    this.journal = Journal.open(JournalFile.open(state), CLOCK, onEvent);
    Optional<Journal.Run> last = journal.lastRun();
    if (journal.damage().isEmpty()) {
      journal.begin(new Journal.Run(new AgentInstance(UUID.randomUUID()), host.boot()));
    }
    HealthProbe health = new HealthProbe(host.sysfs(), host::readLocked);
    this.observer =
        new Observer(
            new Discovery(
                host.sysfs(), FakeHost.NAME, host::readLocked, FakeHost.gpus(), () -> now),
            new Guard(host.guardSocket()),
            Optional.empty(),
            () -> now);
    this.keeper =
        Keeper.of(
            journal,
            new Keeper.Programs(new RootProgram(root), new SliceProgram(root.slices())),
            health,
            new RecordDesk(FakeHost.NAME, host.boot(), "6.1.0-test", "0.1.0", keys.getPrivate()),
            new Keeper.Ambient(CLOCK, () -> now, new Random(7), UUID::randomUUID),
            new Keeper.Surroundings(
                Runnable::run, () -> {}, status -> told = Optional.of(status), sentence -> {}));
    if (last.filter(run -> !run.boot().equals(host.boot())).isPresent()) {
      keeper.restoreAll();
    }
  }

  public Keeper keeper() {
    return keeper;
  }

  public Journal journal() {
    return journal;
  }

  /** What libvirt says from now on. */
  public void domains(DomainView view) {
    domains = Optional.of(view);
  }

  /** One look, and all that follows from it at once. */
  public Status turn() throws InterruptedException {
    now += TURN.toNanos();
    Observation seen = observer.look();
    keeper.see(new Observation(seen.inventory(), seen.guard(), domains), now);
    keeper.turnOnce();
    if (told.isEmpty()) {
      // It waits for the first word on a card with MIG instances, which is in its messages now.
      keeper.turnOnce();
    }
    return told.orElseThrow();
  }

  /** As many turns as any order takes to be done. */
  public Status rest() throws InterruptedException {
    Status status = turn();
    for (int i = 1; i < TURNS_TO_REST; i++) {
      status = turn();
    }
    return status;
  }

  public UnitReport report(UnitId unit) {
    return told.orElseThrow().units().stream()
        .filter(report -> report.unit().equals(unit))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
