package ostler.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
import ostler.agent.discovery.GpuWatch;
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
import ostler.agent.nova.Departures;
import ostler.agent.nova.StartDoor;
import ostler.agent.privileged.Guard;
import ostler.agent.privileged.NvmlProgram;
import ostler.agent.privileged.ProbeProgram;
import ostler.agent.privileged.Program;
import ostler.agent.privileged.RootProgram;
import ostler.agent.privileged.SliceProgram;
import ostler.agent.reconcile.Keeper;
import ostler.agent.reconcile.Observer;
import ostler.agent.reconcile.RecordDesk;
import ostler.agent.reconcile.Status;
import ostler.inventory.AgentInstance;
import ostler.inventory.AgentRun;
import ostler.inventory.BootId;
import ostler.inventory.ClaimId;
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

  /** The word by which this program starts itself to ask NVML; an operator may say it too. */
  static final String NVML = "nvml";

  private static final String ROOT_PROGRAM = "/usr/lib/ostler/bin/ostler-vfio";
  private static final String MDEV_PROGRAM = "/usr/lib/ostler/bin/ostler-mdev";

  /** How much is done at once of a kind: enough to overlap waiting, few enough for a host. */
  private static final int MAX_PARALLEL = 4;

  /** More machines than a host starts at once. */
  private static final int MAX_WAITING_STARTS = 64;

  /** In the state directory, where libvirt's hook looks for it. */
  private static final String START_DOOR = "starts.sock";

  private static final Duration DEPARTURE_PAUSE = Duration.ofSeconds(10);

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

  /** Makes again the slices and bindings that a boot took, and ends. */
  void restore() throws IOException, StartException, InterruptedException {
    try (StateDirectory held = StateDirectory.take(state);
        Journal journal = openJournal(held)) {
      Parts parts = start(journal);
      if (!parts.keeper().awaitRestored(RESTORE_DEADLINE)) {
        throw new StartException(
            "not everything is as before the boot again after "
                + RESTORE_DEADLINE.toSeconds()
                + " s; the agent goes on trying");
      }
    }
  }

  /** What the threads share. */
  private record Parts(
      Keeper keeper,
      Observer observer,
      Departures departures,
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
    LockedProbe probe = new ProbeProgram(childCommand(PROBE, root.toString()))::read;
    GpuWatch gpus = new GpuWatch(new NvmlProgram(childCommand(NVML))::read, nanoTime);
    Observer observer =
        new Observer(
            new Discovery(sysfs, config.host(), probe, gpus, nanoTime),
            new Guard(root.resolve("run/ostler/guard.sock")),
            config.libvirt().map(DomainLook::new),
            nanoTime);
    AtomicReference<Reporter> reporter = new AtomicReference<>();
    Keeper keeper =
        Keeper.of(
            journal,
            new Keeper.Programs(
                new RootProgram(program(config.rootProgram(), ROOT_PROGRAM)),
                new SliceProgram(program(config.mdevProgram(), MDEV_PROGRAM))),
            new HealthProbe(sysfs, probe),
            desk(boot, sysfs),
            new Keeper.Ambient(Clock.systemUTC(), nanoTime, random, UUID::randomUUID),
            new Keeper.Surroundings(
                hands("unit-worker", Integer.MAX_VALUE),
                observer::lookAgain,
                status -> tell(reporter, status),
                Wiring::log));
    if (booted) {
      keeper.restoreAll();
    }
    thread("keeper", keeper::run);
    Departures departures = new Departures(config.instanceGoneAfter());
    thread(
        "observer",
        () ->
            observer.run(
                (seen, begun) -> {
                  keeper.see(seen, begun);
                  departures.see(seen.domains(), begun);
                }));
    thread("nvml", () -> gpus.run(observer::lookAgain));
    AgentRun run =
        new AgentRun(
            VERSION, instance, last.map(Journal.Run::instance), Clock.systemUTC().instant());
    return new Parts(keeper, observer, departures, reporter, boot, run);
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
        new Orders(
            client(),
            config.host(),
            credential.secret(),
            desired -> {
              parts.keeper().desire(desired);
              parts.departures().desire(desired);
            },
            line);
    thread("reporter", reporter::run);
    thread("orders", orders::run);
    serveNova(parts.departures(), client(), credential.secret());
  }

  /** Answers libvirt's hook, and tells which of Nova's instances are gone. */
  private void serveNova(Departures departures, AllocatorClient allocator, String credential) {
    StartDoor door =
        new StartDoor(
            state.resolve(START_DOOR),
            start -> allocator.start(credential, start),
            hands("start", MAX_WAITING_STARTS),
            Wiring::log);
    thread("start-door", door::run);
    thread(
        "departures",
        () -> {
          while (true) {
            Thread.sleep(DEPARTURE_PAUSE.toMillis());
            tell(departures.gone(nanoTime.getAsLong()), allocator, credential);
          }
        });
  }

  /** What was told is told again until the orders show that it was heard. */
  private static void tell(Collection<ClaimId> gone, AllocatorClient allocator, String credential) {
    if (gone.isEmpty()) {
      return;
    }
    try {
      allocator.gone(credential, gone);
      log("gone from this host, as libvirt knows them no more: the instances of claims " + gone);
    } catch (LinkException e) {
      log("gone: " + e.code() + ": " + e.getMessage());
    }
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

  private static Program program(Optional<List<String>> configured, String installed)
      throws IOException {
    boolean isRoot =
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    List<String> usual = isRoot ? List.of(installed) : List.of("sudo", "-n", installed);
    return new Program(configured.orElse(usual), System.err);
  }

  /**
   * This program again, as a process that may be lost. Where a library crashes it, neither a core
   * nor a file with the JVM's last words is left each time.
   */
  private static List<String> childCommand(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx32m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null"));
    Optional.ofNullable(System.getProperty("jna.tmpdir"))
        .ifPresent(folder -> command.add("-Djna.tmpdir=" + folder));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(words));
    return command;
  }

  private static Executor hands(String name, int maxWaiting) {
    ThreadPoolExecutor hands =
        new ThreadPoolExecutor(
            MAX_PARALLEL,
            MAX_PARALLEL,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxWaiting),
            task -> daemon(name, task));
    hands.allowCoreThreadTimeOut(true);
    return hands;
  }

  /** A thread of the program's own, which ends only with the program. */
  private interface Loop {
    void run() throws InterruptedException, IOException;
  }

  private static void thread(String name, Loop loop) {
    daemon(
            name,
            () -> {
              try {
                loop.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (IOException e) {
                throw new UncheckedIOException(name, e);
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
