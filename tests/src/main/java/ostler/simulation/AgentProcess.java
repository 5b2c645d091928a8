package ostler.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import ostler.agent.discovery.HealthProbe;
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.JournalFile;
import ostler.agent.link.AllocatorClient;
import ostler.agent.link.Line;
import ostler.agent.link.Orders;
import ostler.agent.link.Reporter;
import ostler.agent.link.Wire;
import ostler.agent.privileged.Exchange;
import ostler.agent.privileged.GuardView;
import ostler.agent.privileged.RootProgram;
import ostler.agent.privileged.SliceProgram;
import ostler.agent.reconcile.Keeper;
import ostler.agent.reconcile.Observation;
import ostler.agent.reconcile.RecordDesk;
import ostler.agent.reconcile.Status;
import ostler.inventory.AgentInstance;
import ostler.inventory.AgentRun;
import ostler.inventory.DesiredState;
import ostler.inventory.HostFacts;
import ostler.inventory.HostInventory;

/** One run of the product's agent on a host; its journal and its key outlive it. */
final class AgentProcess {

  private static final String VERSION = "0.1.0";
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private final PhysicalHost host;
  private final Baton baton;
  private final FakeTime time;
  private final Dice dice;
  private final Journal journal;
  private final Keeper keeper;
  private final Reporter reporter;
  private final Orders orders;
  private boolean hasMail;
  private boolean hasNews;
  private boolean wantsLook = true;
  private Optional<Status> last = Optional.empty();
  private long lastReport;
  private long revision;

  /** What an agent finds on its host when it starts. */
  record Place(PhysicalHost host, Path state, KeyPair keys) {}

  /**
   * What carries an agent's words out of its process.
   *
   * @param journalled is told each line of the journal after it is on disk, and may kill
   */
  record Ways(Wire wire, Exchange root, Consumer<String> journalled) {}

  AgentProcess(Place place, Ways ways, Baton baton, FakeTime time, Dice dice)
      throws IOException, JournalException {
    this.host = place.host();
    this.baton = baton;
    this.time = time;
    this.dice = dice;
    Clock clock = time.new WallClock();
    journal = Journal.open(JournalFile.open(place.state()), clock, ways.journalled());
    Optional<Journal.Run> last = journal.lastRun();
    AgentInstance instance = new AgentInstance(dice.uuid());
    journal.begin(new Journal.Run(instance, host.boot()));
    keeper = keeper(place, ways, clock, dice);
    if (last.filter(run -> !run.boot().equals(host.boot())).isPresent()) {
      keeper.restoreAll();
    }
    Line line = new Line(pause -> {}, dice.split().generator(), sentence -> {});
    AllocatorClient client = new AllocatorClient(host.name(), ways.wire());
    reporter =
        new Reporter(
            client,
            "credential",
            new Reporter.Speaker(
                host.name(),
                host.boot(),
                new AgentRun(VERSION, instance, last.map(Journal.Run::instance), clock.instant()),
                AgentProcess::facts,
                HEARTBEAT),
            new Reporter.Listeners(
                answer -> mail(() -> keeper.answer(answer)), () -> mail(keeper::pause)),
            time::nanoTime,
            line);
    orders = new Orders(client, host.name(), "credential", this::ordered, line);
  }

  private Keeper keeper(Place place, Ways ways, Clock clock, Dice dice) {
    return Keeper.of(
        journal,
        new Keeper.Programs(new RootProgram(ways.root()), new SliceProgram(ways.root())),
        new HealthProbe(host.sysfs(), host::readLocked),
        new RecordDesk(
            host.name(), host.boot(), PhysicalHost.KERNEL, VERSION, place.keys().getPrivate()),
        new Keeper.Ambient(clock, time::nanoTime, dice.split().generator(), dice.split()::uuid),
        new Keeper.Surroundings(this::hand, () -> wantsLook = true, this::told, sentence -> {}));
  }

  private void told(Status status) {
    hasNews |= !last.equals(Optional.of(status));
    last = Optional.of(status);
    reporter.tell(status);
  }

  private static HostFacts facts(HostInventory inventory) {
    return new HostFacts(
        inventory.kernelRelease(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        inventory.iommu());
  }

  private void hand(Runnable work) {
    baton.start(
        "hands of " + host.name(),
        this,
        () -> {
          work.run();
          hasMail = true;
        });
  }

  private void mail(Runnable message) {
    message.run();
    hasMail = true;
  }

  /** Looks at the host, one thing after the other, as the observer does. */
  void look() {
    wantsLook = false;
    long begun = time.nanoTime();
    HostInventory inventory = host.inventory();
    hesitate("asking the guard");
    GuardView guard = host.guard();
    hesitate("asking libvirt");
    Observation seen = new Observation(inventory, guard, Optional.of(host.domains()));
    mail(() -> keeper.see(seen, begun));
  }

  private void ordered(DesiredState desired) {
    revision = desired.revision();
    mail(() -> keeper.desire(desired));
  }

  /** The revision of the newest orders that it was given. */
  long revision() {
    return revision;
  }

  private void hesitate(String before) {
    if (dice.chance(3000)) {
      baton.pause(before);
    }
  }

  boolean hasMail() {
    return hasMail;
  }

  /** The keeper's turn: takes what has come, decides, and gives work to its hands. */
  void turn() {
    hasMail = false;
    try {
      keeper.turnOnce();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  void report() {
    lastReport = time.nanoTime();
    hasNews = reporter.reportNow().isPresent();
  }

  /** Whether there is something to tell, or it is time to say that there is nothing. */
  boolean wantsToReport() {
    return hasNews || time.nanoTime() - lastReport > HEARTBEAT.toNanos();
  }

  /** Whether something was done after which it wants to see the host anew. */
  boolean wantsToLook() {
    return wantsLook;
  }

  void askForOrders() {
    orders.ask();
  }

  void die() {
    try {
      journal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "agent of " + host.name();
  }
}
