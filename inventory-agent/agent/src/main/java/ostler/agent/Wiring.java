package ostler.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import ostler.agent.discovery.Discovery;
import ostler.agent.discovery.HealthProbe;
import ostler.agent.discovery.LockedProbe;
import ostler.agent.facts.MachineFacts;
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.JournalFile;
import ostler.agent.libvirt.DomainLook;
import ostler.agent.link.AllocatorClient;
import ostler.agent.link.Credential;
import ostler.agent.link.Identity;
import ostler.agent.link.Line;
import ostler.agent.link.LinkException;
import ostler.agent.link.Orders;
import ostler.agent.link.Reporter;
import ostler.agent.privileged.Guard;
import ostler.agent.privileged.ProbeProgram;
import ostler.agent.privileged.Program;
import ostler.agent.privileged.RootProgram;
import ostler.agent.reconcile.Keeper;
import ostler.agent.reconcile.Observer;
import ostler.agent.reconcile.RecordDesk;
import ostler.agent.reconcile.Status;
import ostler.inventory.AgentInstance;
import ostler.inventory.AgentRun;
import ostler.inventory.BootId;
import ostler.inventory.HostFacts;
import ostler.inventory.HostInventory;
import ostler.inventory.JoinRequest;
import ostler.sysfs.Sysfs;

/**
 * The agent, put together. Clock, sleep, randomness and ids enter here and nowhere else.
 *
 * <p>Its threads: one decides ({@link Keeper}), one looks ({@link Observer}), one reports and one
 * waits for orders, and a few work on units. What may never come back, a root program or libvirt,
 * has a thread of its own beside these.
 */
final class Wiring {

  /** Told to the allocator, and in every wipe record. */
  static final String VERSION = "0.1.0";

  /** The word by which this program starts itself to read what may hang. */
  static final String PROBE = "probe";

  private static final String ROOT_PROGRAM = "/usr/lib/ostler/bin/ostler-vfio";

  /** How many units are worked on at once: enough to overlap waiting, few enough for a host. */
  private static final int MAX_PARALLEL_UNITS = 4;

  /** How long the allocator waits for what a boot made necessary, at most. */
  private static final Duration RESTORE_DEADLINE = Duration.ofSeconds(60);

  /** A first report with everything in it saves the allocator a second one. */
  private static final Duration PROBE_DEADLINE = Duration.ofSeconds(20);

  private static final Duration JOIN_PAUSE = Duration.ofSeconds(15);

  private final Config config;
  private final Path root;
  private final Path state;
  private final LongSupplier nanoTime = System::nanoTime;
  private final Random random = new Random();
  private final AgentInstance instance = new AgentInstance(UUID.randomUUID());

  Wiring(Config config, Path root, Path state) {
    this.config = config;
    this.root = root;
    this.state = state;
  }

  /** Runs until the process is stopped. */
  void run() throws IOException, StartException, InterruptedException {
    try (StateDirectory held = StateDirectory.take(state);
        Journal journal = openJournal(held)) {
      Parts parts = start(journal);
      parts.keeper().awaitRestored(RESTORE_DEADLINE);
      parts.observer().awaitProbed(PROBE_DEADLINE);
      Credential credential = credential();
      talk(parts, credential);
      // What was seen so far was told to nobody.
      parts.observer().lookAgain();
      log("running as " + instance + " on " + config.host());
      Thread.currentThread().join();
    }
  }

  /** Binds again what a boot unbound, and ends. */
  void restore() throws IOException, StartException, InterruptedException {
    try (StateDirectory held = StateDirectory.take(state);
        Journal journal = openJournal(held)) {
      Parts parts = start(journal);
      if (!parts.keeper().awaitRestored(RESTORE_DEADLINE)) {
        throw new StartException(
            "not everything is bound again after "
                + RESTORE_DEADLINE.toSeconds()
                + " s; the agent goes on trying");
      }
    }
  }

  /** What the threads share. */
  private record Parts(
      Keeper keeper,
      Observer observer,
      AtomicReference<Reporter> reporter,
      BootId boot,
      AgentRun run) {}

  private static Journal openJournal(StateDirectory held) throws IOException {
    Journal journal = Journal.open(JournalFile.open(held.path()), Clock.systemUTC(), Wiring::log);
    journal.damage().ifPresent(damage -> log("the journal is damaged: " + damage));
    return journal;
  }

  private Parts start(Journal journal) throws IOException, StartException {
    Sysfs sysfs = new Sysfs(root);
    BootId boot =
        sysfs
            .bootId()
            .value()
            .orElseThrow(
                () -> new StartException("the kernel tells no boot id; is /proc mounted?"));
    Optional<Journal.Run> last = journal.lastRun();
    boolean booted = last.filter(run -> !run.boot().equals(boot)).isPresent();
    begin(journal, boot);
    LockedProbe probe = new ProbeProgram(probeCommand())::read;
    Observer observer =
        new Observer(
            new Discovery(sysfs, config.host(), probe, nanoTime),
            new Guard(root.resolve("run/ostler/guard.sock"), nanoTime),
            config.libvirt().map(DomainLook::new),
            nanoTime);
    AtomicReference<Reporter> reporter = new AtomicReference<>();
    Keeper keeper =
        Keeper.of(
            journal,
            new RootProgram(new Program(rootCommand(), System.err)),
            new HealthProbe(sysfs, probe),
            desk(boot, sysfs),
            new Keeper.Ambient(Clock.systemUTC(), nanoTime, random, UUID::randomUUID),
            new Keeper.Surroundings(
                hands(), observer::lookAgain, status -> tell(reporter, status), Wiring::log));
    if (booted) {
      keeper.restoreAll();
    }
    thread("keeper", keeper::run);
    thread("observer", () -> observer.run(keeper::see));
    AgentRun run =
        new AgentRun(
            VERSION, instance, last.map(Journal.Run::instance), Clock.systemUTC().instant());
    return new Parts(keeper, observer, reporter, boot, run);
  }

  /** A damaged journal takes no line; the agent then runs to say so. */
  private void begin(Journal journal, BootId boot) throws StartException {
    if (journal.damage().isPresent()) {
      return;
    }
    try {
      journal.begin(new Journal.Run(instance, boot));
    } catch (JournalException e) {
      throw new StartException(e.getMessage() + "; is the disk full?");
    }
  }

  private RecordDesk desk(BootId boot, Sysfs sysfs) throws IOException {
    return new RecordDesk(
        config.host(),
        boot,
        sysfs.kernelRelease().value().orElse("unknown"),
        VERSION,
        Identity.load(state).key());
  }

  /** The credential of an earlier join, or of one made now with the configured token. */
  private Credential credential() throws IOException, StartException, InterruptedException {
    while (true) {
      Optional<Credential> saved =
          Credential.load(state).filter(known -> known.host().equals(config.host()));
      if (saved.isPresent()) {
        return saved.get();
      }
      Path token =
          config
              .joinTokenFile()
              .orElseThrow(
                  () ->
                      new StartException(
                          "host " + config.host() + " has not joined; run ostler agent join"));
      try {
        join(token);
      } catch (LinkException | IOException e) {
        log("join: " + e.getMessage());
        Thread.sleep(JOIN_PAUSE.toMillis());
      }
    }
  }

  private void join(Path token) throws IOException, LinkException {
    String shown = Files.readString(token).strip();
    JoinRequest request = new JoinRequest(shown, Identity.load(state).publicKey(), VERSION);
    String secret = client().join(request).credential();
    new Credential(config.allocator(), config.host(), secret).save(state);
  }

  private AllocatorClient client() throws IOException {
    return new AllocatorClient(config.allocator(), config.host(), Trust.in(config.allocatorCa()));
  }

  private void talk(Parts parts, Credential credential) throws IOException {
    Line line = new Line(time -> Thread.sleep(time.toMillis()), random, Wiring::log);
    AtomicReference<HostFacts> facts = new AtomicReference<>();
    Reporter reporter =
        new Reporter(
            client(),
            credential.secret(),
            new Reporter.Speaker(
                config.host(),
                parts.boot(),
                parts.run(),
                inventory -> facts(facts, inventory),
                config.heartbeat()),
            new Reporter.Listeners(parts.keeper()::answer, parts.keeper()::pause),
            nanoTime,
            line);
    parts.reporter().set(reporter);
    Orders orders =
        new Orders(client(), config.host(), credential.secret(), parts.keeper()::desire, line);
    thread("reporter", reporter::run);
    thread("orders", orders::run);
  }

  /** Asked once: they cost more than all else that is reported. */
  private static HostFacts facts(AtomicReference<HostFacts> known, HostInventory inventory) {
    if (known.get() == null) {
      known.set(MachineFacts.read(inventory.kernelRelease(), inventory.iommu()));
    }
    return known.get();
  }

  private static void tell(AtomicReference<Reporter> reporter, Status status) {
    Reporter listening = reporter.get();
    if (listening != null) {
      listening.tell(status);
    }
  }

  private List<String> rootCommand() throws IOException {
    if (config.rootProgram().isPresent()) {
      return config.rootProgram().get();
    }
    boolean isRoot =
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    return isRoot ? List.of(ROOT_PROGRAM) : List.of("sudo", "-n", ROOT_PROGRAM);
  }

  private List<String> probeCommand() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Xmx32m",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        PROBE,
        root.toString());
  }

  private static Executor hands() {
    ThreadPoolExecutor hands =
        new ThreadPoolExecutor(
            MAX_PARALLEL_UNITS,
            MAX_PARALLEL_UNITS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> daemon("unit-worker", task));
    hands.allowCoreThreadTimeOut(true);
    return hands;
  }

  /** A thread of the program's own, which ends only with the program. */
  private interface Loop {
    void run() throws InterruptedException;
  }

  private static void thread(String name, Loop loop) {
    daemon(
            name,
            () -> {
              try {
                loop.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            })
        .start();
  }

  /** A fault in any thread ends the program: half an agent looks alive and does nothing. */
  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(
        (dead, fault) -> {
          fault.printStackTrace();
          Runtime.getRuntime().halt(1);
        });
    return thread;
  }

  private static void log(String sentence) {
    System.err.println(sentence);
  }
}
