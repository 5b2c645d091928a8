package ostler.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.core.NestedRuntimeException;
import ostler.agent.journal.JournalException;
import ostler.agent.link.LinkException;
import ostler.agent.privileged.Exchange;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Refusal;
import ostler.inventory.AgentKey;
import ostler.inventory.HostName;
import ostler.inventory.JoinRequest;

/** One world: its hosts, agents, allocators, network and database, all from one seed. */
final class World implements AutoCloseable {

  static final Origin OPERATOR = new Origin("operator", "simulated", "as the seed wants it");

  private static final String FOR_UPDATE = " FOR UPDATE";
  private static final int ALLOCATORS = 3;
  private static final int MAX_HOSTS = 3;
  private static final int MAX_CARDS = 3;
  private static final long MAX_SKEW_MILLIS = 2000;

  /** How many cards can be cut, of ten thousand. */
  private static final int CUTTABLE = 4000;

  private static final List<Cutting> CUTTINGS =
      List.of(Cutting.MIXED, Cutting.HOMOGENEOUS, Cutting.FUNCTIONS);

  private final Setting setting;
  private final Trace trace;
  private final Tally tally = new Tally();
  private final Dice dice;
  private final FakeTime time = new FakeTime();
  private final Baton baton;
  private final MemoryDatabase database;
  private final Truth truth = new Truth();
  private final Books books;
  private final Network network;
  private final Door door;
  private final PlantedBug.Sabotage bug;
  private final Weather weather;
  private final List<PhysicalHost> hosts = new ArrayList<>();
  private final Map<HostName, Site> sites = new LinkedHashMap<>();
  private final List<Optional<AllocatorProcess>> allocators = new ArrayList<>();
  private final List<Commits> commits = new ArrayList<>();
  private final Set<Baton.Strand> victims = new HashSet<>();
  private final Set<Baton.Strand> losers = new HashSet<>();
  private List<String> backup = List.of();
  private long grantsAtBackup;
  private boolean dirtyBooks;
  private boolean calm;
  private int transactionsEnded;

  /**
   * What a world is made from.
   *
   * @param folder for its agents' journals, its own
   * @param schema of an empty database
   * @param threads gives each strand a thread
   */
  record Setting(
      long seed, Optional<PlantedBug> bug, Path folder, List<String> schema, Executor threads) {}

  /** A host and what is on it: root, and an agent unless it is dead. */
  static final class Site {
    final PhysicalHost host;
    final RootModel root;
    final AgentProcess.Place place;
    Optional<AgentProcess> agent = Optional.empty();
    boolean doomed;

    Site(PhysicalHost host, RootModel root, AgentProcess.Place place) {
      this.host = host;
      this.root = root;
      this.place = place;
    }
  }

  World(Setting setting, Consumer<String> listener) throws IOException, SQLException {
    this.setting = setting;
    trace = new Trace(listener);
    dice = new Dice(setting.seed());
    weather = Weather.of(dice.split());
    bug = setting.bug().map(PlantedBug::sabotage).orElse(PlantedBug.Sabotage.NONE);
    baton = new Baton(setting.threads());
    network = new Network(baton);
    door = new Door(bug);
    database = new MemoryDatabase("world-" + setting.folder().getFileName(), setting.schema());
    books = new Books(database, truth, hosts);
    for (int i = 0; i < ALLOCATORS; i++) {
      commits.add(new Commits());
      allocators.add(Optional.empty());
      startAllocator(i);
    }
    makeHosts();
  }

  private void makeHosts() throws IOException {
    int count = 1 + dice.below(MAX_HOSTS);
    AllocatorProcess first = allocators.get(0).orElseThrow();
    for (int i = 1; i <= count; i++) {
      HostName name = new HostName("h" + i);
      Path state = Files.createDirectories(setting.folder().resolve(name + "/state"));
      Path root = Files.createDirectories(setting.folder().resolve(name + "/root"));
      PhysicalHost host = new PhysicalHost(name, cards(), root, dice.split());
      KeyPair keys = keys();
      String token = first.hosts().enroll(name, OPERATOR).orElseThrow().joinToken();
      JoinRequest request = new JoinRequest(token, AgentKey.of(keys.getPublic()), "0.1.0");
      first.hosts().join(name, request, OPERATOR).orElseThrow();
      hosts.add(host);
      sites.put(
          name,
          new Site(
              host, new RootModel(host, truth, bug), new AgentProcess.Place(host, state, keys)));
    }
  }

  /** As what the cards of a host can be cut; most cannot. */
  private List<Cutting> cards() {
    List<Cutting> cards = new ArrayList<>();
    for (int i = 1 + dice.below(MAX_CARDS); i > 0; i--) {
      cards.add(dice.chance(CUTTABLE) ? dice.pick(CUTTINGS) : Cutting.NONE);
    }
    return cards;
  }

  private KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(255, dice.secure());
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK of 15 or later has Ed25519", e);
    }
  }

  Dice dice() {
    return dice;
  }

  FakeTime time() {
    return time;
  }

  Baton baton() {
    return baton;
  }

  Truth truth() {
    return truth;
  }

  Books books() {
    return books;
  }

  Network network() {
    return network;
  }

  PlantedBug.Sabotage bug() {
    return bug;
  }

  Weather weather() {
    return weather;
  }

  Tally tally() {
    return tally;
  }

  Trace trace() {
    return trace;
  }

  MemoryDatabase database() {
    return database;
  }

  List<PhysicalHost> hosts() {
    return hosts;
  }

  List<Site> sites() {
    return List.copyOf(sites.values());
  }

  /** Whether any of its cards can be cut into slices. */
  boolean hasSlices() {
    return hosts.stream()
        .flatMap(host -> host.cards().stream())
        .anyMatch(card -> card.cut.cutting() != Cutting.NONE);
  }

  /** Whether there are no faults from now on. */
  void calm(boolean isCalm) {
    calm = isCalm;
  }

  boolean isCalm() {
    return calm;
  }

  /** Whether a fault of that kind may happen now at all. */
  boolean mayHave(FaultKind kind) {
    return !calm && weather.has(kind);
  }

  void fault(FaultKind kind) {
    tally.fault(kind);
    trace.add("  fault: " + kind);
  }

  /** Adds to the trace where every strand is; for whoever looks for the cause of a violation. */
  void sayWhereAllAre() {
    baton.strands().forEach(strand -> trace.add("  " + strand + " is at: " + strand.where()));
  }

  /** Checks that a refusal says why, and counts it. */
  void refused(Refusal refusal) {
    tally.refusal(refusal.code().name());
    trace.add("  refused: " + refusal.message());
    String message = refusal.message();
    if (message.length() < 20 || message.contains("Optional") || message.contains("null")) {
      throw new Violation(Promise.IT_SAYS_WHY, refusal.code() + " says only: " + message);
    }
  }

  List<AllocatorProcess> aliveAllocators() {
    return allocators.stream().flatMap(Optional::stream).collect(Collectors.toList());
  }

  /** Starts an allocator where one is dead. */
  void startAllocator(int number) {
    FakeTime.WallClock clock = time.new WallClock();
    clock.set(Duration.ofMillis(dice.between(-MAX_SKEW_MILLIS, MAX_SKEW_MILLIS)));
    AllocatorProcess process =
        new AllocatorProcess(
            "allocator " + (number + 1),
            new WatchedSource(database, commits.get(number)),
            clock,
            baton,
            dice.split());
    commits.get(number).unbroken = () -> Thread.holdsLock(process.desk().fleet());
    allocators.set(number, Optional.of(process));
  }

  /** An allocator compares its picture of the fleet with the database, as it does by itself. */
  void look(AllocatorProcess allocator) {
    chore(allocator, "looks", () -> allocator.desk().fleet().look());
  }

  /** An allocator ends promises whose time is over, as it does by itself. */
  void expire(AllocatorProcess allocator) {
    chore(allocator, "expires", () -> allocator.holds().expire());
  }

  private void chore(AllocatorProcess allocator, String what, Runnable work) {
    baton.start(
        allocator + " " + what,
        allocator,
        () -> {
          try {
            work.run();
          } catch (NestedRuntimeException e) {
            if (!Network.isCut(e)) {
              throw e;
            }
          }
        });
  }

  List<Integer> deadAllocators() {
    List<Integer> dead = new ArrayList<>();
    for (int i = 0; i < allocators.size(); i++) {
      if (allocators.get(i).isEmpty()) {
        dead.add(i);
      }
    }
    return dead;
  }

  /** An allocator is gone, in the middle of whatever it did; the database rolls that back. */
  void killAllocator(AllocatorProcess victim) throws SQLException {
    baton.killAllOf(victim);
    victim.die();
    allocators.replaceAll(known -> known.filter(process -> process != victim));
  }

  /** Whether claims were granted that a restored database would know nothing of. */
  boolean backupIsOutdated() {
    return !backup.isEmpty() && tally.grants() > grantsAtBackup;
  }

  void backUp() throws SQLException {
    backup = database.copy();
    grantsAtBackup = tally.grants();
  }

  /** The backup takes the database's place, as an operator does it: nobody else is at work. */
  void restore() throws SQLException {
    for (AllocatorProcess allocator : aliveAllocators()) {
      killAllocator(allocator);
    }
    books.disconnect();
    database.restore(backup);
    books.reconnect();
    books.restored();
    for (int dead : deadAllocators()) {
      startAllocator(dead);
    }
    bug.restored(aliveAllocators().get(0));
  }

  void startAgent(Site site) throws IOException {
    AgentProcess.Ways ways =
        new AgentProcess.Ways(
            (method, path, credential, body, deadline) -> callOfAgent(site, method, path, body),
            (request, deadline) -> askRoot(site, request),
            event -> journalled(site));
    try {
      site.doomed = false;
      AgentProcess agent = new AgentProcess(site.place, ways, baton, time, dice.split());
      site.agent = Optional.of(agent);
    } catch (JournalException e) {
      throw new IllegalStateException("a disk that never fails failed", e);
    }
  }

  /** An agent is gone; what root does for it goes on, and nobody hears the answer. */
  void killAgent(Site site) {
    AgentProcess agent = site.agent.orElseThrow();
    site.agent = Optional.empty();
    for (RootRun run : site.host.runs()) {
      if (!run.isOrphan()) {
        fault(FaultKind.AGENT_KILLED_DURING_ROOT);
        run.orphan();
      }
    }
    baton.killAllOf(agent);
    agent.die();
  }

  private byte[] callOfAgent(Site site, String method, String path, String body)
      throws LinkException {
    Function<AllocatorProcess, Door.Reply> work =
        allocator -> door.answer(allocator, site.host.name(), path, body);
    Optional<Door.Reply> reply =
        network.call(site.host.name() + " " + (method.equals("PUT") ? "report" : "desired"), work);
    if (reply.isEmpty()) {
      throw new LinkException(0, "NO_ANSWER", "no answer came in time");
    }
    reply.get().refusal().ifPresent(this::refused);
    return reply.get().orElseThrow();
  }

  private Exchange.Ending askRoot(Site site, String request) {
    RootRun run = new RootRun(site.root.read(request));
    baton.pause("starting " + run);
    site.host.runs().add(run);
    baton.await("the end of " + run, () -> run.ending().isPresent());
    return run.ending().orElseThrow();
  }

  /** A line of the journal is on disk; the agent may die right behind it. */
  private void journalled(Site site) {
    if (site.agent.isPresent()
        && mayHave(FaultKind.AGENT_KILLED_AFTER_JOURNAL)
        && dice.chance(weather.faultsPerTenThousand() / 4)) {
      fault(FaultKind.AGENT_KILLED_AFTER_JOURNAL);
      site.doomed = true;
      throw new Killed("agent of " + site.host.name());
    }
  }

  /** Runs work on some allocator as one of its own callers does, and hears the outcome. */
  <T> void ask(String what, Function<AllocatorProcess, Outcome<T>> work) {
    List<AllocatorProcess> alive = aliveAllocators();
    if (alive.isEmpty()) {
      return;
    }
    AllocatorProcess allocator = dice.pick(alive);
    baton.start(
        allocator + " serves " + what,
        allocator,
        () -> {
          try {
            Outcome<T> outcome = work.apply(allocator);
            if (outcome instanceof Outcome.Refused<T> no) {
              refused(no.refusal());
            }
          } catch (NestedRuntimeException e) {
            if (!Network.isCut(e)) {
              throw e;
            }
          }
        });
  }

  /** Resumes a strand, and passes on what it died of. */
  void resume(Baton.Strand strand) {
    baton
        .resume(strand)
        .ifPresent(
            fault -> {
              if (fault instanceof Violation broken) {
                throw broken;
              }
              throw new Violation(
                  Promise.IT_SAYS_WHY, strand + " ended with " + fault + " and no answer", fault);
            });
    for (Site site : sites()) {
      if (site.doomed && site.agent.isPresent()) {
        killAgent(site);
      }
    }
  }

  /** Compares what was committed in the last step with what is true. */
  void checkBooks() throws SQLException {
    if (dirtyBooks) {
      dirtyBooks = false;
      int before = books.claims().size();
      books.check();
      if (books.claims().size() > before) {
        tally.grant();
      }
    }
  }

  boolean isInTransaction(AllocatorProcess allocator) {
    return commits.stream()
        .flatMap(c -> c.open.stream())
        .anyMatch(strand -> strand.owner() == allocator);
  }

  /** A host goes down, with all that runs on it. */
  void powerOff(Site site) {
    trace.add(site.host.name() + " goes down");
    if (site.agent.isPresent()) {
      killAgent(site);
    }
    site.host.goDown();
  }

  /** A host goes down and comes up at once. */
  void reboot(Site site) {
    powerOff(site);
    site.host.comeUp();
  }

  /** Whether a transaction is open that does not wait for a lock itself. */
  boolean somebodyWillLetGo() {
    return commits.stream().anyMatch(Commits::hasBusyTransaction);
  }

  /** Strands that wait for a lock. */
  List<Baton.Strand> lockedOut() {
    return commits.stream().flatMap(c -> c.waiting.stream()).collect(Collectors.toList());
  }

  /** One of those who wait for each other's locks is told that it waits in vain. */
  void breakDeadlock(Baton.Strand victim) {
    victims.add(victim);
    resume(victim);
  }

  /** The gate of one allocator's connections. */
  private final class Commits extends WatchedSource.Gate {

    private final List<Baton.Strand> open = new ArrayList<>();
    private final List<Baton.Strand> waiting = new ArrayList<>();

    /** Whether the thread holds a lock of the allocator's own, so that nobody else may run now. */
    private BooleanSupplier unbroken = () -> false;

    boolean hasBusyTransaction() {
      return open.stream().anyMatch(strand -> !waiting.contains(strand));
    }

    @Override
    public String rewrite(String sql) {
      String timed =
          sql.replace("CURRENT_TIMESTAMP", "TIMESTAMP WITH TIME ZONE '" + time.now() + "'");
      String mine = bug.rewrite(timed);
      // Who waits for a row does so in fake time, and in H2 not at all.
      return mine.endsWith(FOR_UPDATE) ? mine + " NOWAIT" : mine;
    }

    @Override
    public void before(String sql) throws SQLException {
      if (baton.running().isEmpty()) {
        return;
      }
      if (mayHave(FaultKind.DATABASE_CUT) && dice.chance(weather.faultsPerTenThousand() / 40)) {
        fault(FaultKind.DATABASE_CUT);
        throw new SQLException("the simulated network is cut", "08006");
      }
      if (!unbroken.getAsBoolean() && dice.chance(weather.switching())) {
        baton.pause(sql);
      }
    }

    @Override
    public void locked(String sql, SQLException refusal) throws SQLException {
      if (baton.running().isEmpty()) {
        throw refusal;
      }
      if (mayHave(FaultKind.LOCK_TIMEOUT) && dice.chance(weather.faultsPerTenThousand())) {
        fault(FaultKind.LOCK_TIMEOUT);
        throw refusal;
      }
      Baton.Strand strand = baton.running().get();
      if (!sql.startsWith("SELECT")) {
        // H2 spins on the rows of a transaction of which it has undone a statement (seen with
        // 2.4.240), so such a one is rolled back before anybody else runs.
        losers.add(strand);
        throw refusal;
      }
      int seen = transactionsEnded;
      waiting.add(strand);
      try {
        baton.await(
            "the lock for " + sql, () -> transactionsEnded != seen || victims.contains(strand));
      } finally {
        waiting.remove(strand);
      }
      if (victims.remove(strand)) {
        fault(FaultKind.DEADLOCK);
        throw refusal;
      }
    }

    @Override
    public void beforeCommit() throws SQLException {
      before("COMMIT");
    }

    @Override
    public void committed() {
      dirtyBooks = true;
      transactionsEnded++;
      baton.pause("what follows a commit");
    }

    @Override
    public void rolledBack() {
      transactionsEnded++;
      if (baton.running().filter(losers::remove).isPresent()) {
        Baton.Strand strand = baton.running().get();
        open.remove(strand);
        int seen = transactionsEnded;
        baton.await(
            "somebody who was first", () -> transactionsEnded != seen || !somebodyWillLetGo());
      }
    }

    @Override
    public void inTransaction(boolean isOpen) {
      baton
          .running()
          .ifPresent(
              strand -> {
                open.remove(strand);
                if (isOpen) {
                  open.add(strand);
                }
              });
    }
  }

  @Override
  public void close() throws SQLException {
    baton.killAll();
    sites.values().forEach(site -> site.agent.ifPresent(AgentProcess::die));
    for (AllocatorProcess allocator : aliveAllocators()) {
      allocator.die();
    }
    books.disconnect();
    database.close();
  }
}
