package ostler.simulation;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses what happens next in a world, step by step, until its end. */
final class Course {

  private static final int MAX_TENANTS = 8;
  private static final int MAX_BURST = 4;
  private static final long SHORT_PAUSE_MILLIS = 60;
  private static final long LONG_PAUSE_MILLIS = 60_000;

  /** How often an agent does what nothing calls for, of ten thousand turns. */
  private static final int IDLE_LOOKS = 1500;

  private static final int IDLE_CALLS = 500;

  /** How often an allocator's own chore is a look at the fleet, and not one at the promises. */
  private static final int LOOKS_AT_FLEET = 7000;

  /** How often a run of root's goes on whose agent is dead: it may take its time. */
  private static final int ORPHANS_GO_ON = 100;

  private static final int MAX_SQL_CHARS = 60;

  private final World world;
  private final Dice dice;
  private final Operator operator;
  private final Faults faults;
  private int tenants;

  Course(World world) {
    this.world = world;
    this.dice = world.dice();
    this.operator = new Operator(world);
    this.faults = new Faults(world);
  }

  /** Sets the world up, takes so many steps with faults, and lets everything come to rest. */
  void run(int steps) throws IOException, SQLException {
    Rest rest = new Rest(world, operator, this);
    operator.begin();
    world.calm(true);
    rest.reach();
    if (world.hasSlices()) {
      operator.cutAll();
      rest.reach();
    }
    world.calm(false);
    for (int i = 0; i < steps; i++) {
      step();
    }
    world.calm(true);
    operator.openUp();
    if (dice.chance(5000)) {
      operator.uncutAll();
    }
    rest.reach();
    world.books().audit();
  }

  /** One choice, what follows from it, and a look at the truth. */
  void step() throws IOException, SQLException {
    world.tally().step();
    world
        .time()
        .pass(
            Duration.ofMillis(
                dice.chance(50)
                    ? dice.between(0, LONG_PAUSE_MILLIS)
                    : dice.between(0, SHORT_PAUSE_MILLIS)));
    if (!(dice.chance(world.weather().faultsPerTenThousand()) && faults.strike())) {
      choose();
    }
    world.checkBooks();
  }

  /** A step in which nothing new is begun but what brings the world to its rest. */
  void quietStep() throws IOException, SQLException {
    world.tally().step();
    world.time().pass(Duration.ofMillis(dice.between(0, SHORT_PAUSE_MILLIS)));
    goOn();
    world.checkBooks();
  }

  private void choose() throws IOException {
    int sort = dice.below(1000);
    boolean begun = sort < 40 ? beginTenant() : sort < 48 && operate();
    List<AllocatorProcess> alive = world.aliveAllocators();
    if (!begun && sort < 68 && !alive.isEmpty()) {
      AllocatorProcess allocator = dice.pick(alive);
      if (dice.chance(LOOKS_AT_FLEET)) {
        said(allocator + " looks at the fleet");
        world.look(allocator);
      } else {
        said(allocator + " looks for promises that are over");
        world.expire(allocator);
      }
    } else if (!begun) {
      goOn();
    }
  }

  /** Something that is under way goes on; whatever can has the same chance. */
  private void goOn() throws IOException {
    int strands = (int) world.baton().strands().stream().filter(Baton.Strand::isReady).count();
    int messages = world.network().requests().size() + world.network().answers();
    int runs = world.sites().stream().mapToInt(site -> site.host.runs().size()).sum();
    int all = strands + messages + runs + world.sites().size();
    int number = dice.below(all);
    boolean done =
        number < strands
            ? resumeOne()
            : number < strands + messages
                ? moveMessage()
                : number < strands + messages + runs ? moveRoot() : moveHost();
    if (!done && !resumeOne() && !moveMessage() && !moveRoot()) {
      moveHost();
    }
  }

  private void said(String what) {
    world.trace().add(world.tally().steps() + " " + world.time().now() + " " + what);
  }

  boolean resumeOne() {
    List<Baton.Strand> ready =
        world.baton().strands().stream().filter(Baton.Strand::isReady).toList();
    if (!ready.isEmpty()) {
      Baton.Strand strand = dice.pick(ready);
      String where = strand.where();
      said(strand + ": " + where.substring(0, Math.min(where.length(), MAX_SQL_CHARS)));
      world.resume(strand);
      return true;
    }
    List<Baton.Strand> locked = world.lockedOut();
    if (!locked.isEmpty() && !world.somebodyWillLetGo()) {
      Baton.Strand victim = dice.pick(locked);
      said(victim + ": waits in vain for " + victim.where());
      world.breakDeadlock(victim);
      return true;
    }
    return false;
  }

  boolean moveMessage() {
    Network network = world.network();
    int requests = network.requests().size();
    int all = requests + network.answers();
    List<AllocatorProcess> alive = world.aliveAllocators();
    if (all == 0) {
      return false;
    }
    int number = dice.below(all);
    if (number >= requests) {
      moveAnswer(number - requests);
    } else if (alive.isEmpty()) {
      network.drop(network.requests().get(number));
    } else {
      moveRequest(number, dice.pick(alive));
    }
    return true;
  }

  private void moveAnswer(int number) {
    if (world.mayHave(FaultKind.ANSWER_DROPPED) && dice.chance(800)) {
      said("an answer is lost");
      world.fault(FaultKind.ANSWER_DROPPED);
      world.network().dropAnswer(number);
    } else {
      said("an answer comes");
      world.network().deliverAnswer(number);
    }
  }

  private void moveRequest(int number, AllocatorProcess to) {
    Network network = world.network();
    Network.Call<?> call = network.requests().get(number);
    if (world.mayHave(FaultKind.MESSAGE_DROPPED) && dice.chance(600)) {
      said(call + " is lost");
      world.fault(FaultKind.MESSAGE_DROPPED);
      network.drop(call);
      return;
    }
    if (number > 0) {
      world.tally().fault(FaultKind.MESSAGE_OVERTAKEN);
    }
    said(call + " comes to " + to);
    if (world.mayHave(FaultKind.MESSAGE_REPEATED) && dice.chance(600)) {
      world.fault(FaultKind.MESSAGE_REPEATED);
      network.deliverAndKeep(call, to);
    } else {
      network.deliver(call, to);
    }
  }

  boolean moveRoot() {
    List<World.Site> busy =
        world.sites().stream().filter(site -> !site.host.runs().isEmpty()).toList();
    if (busy.isEmpty()) {
      return false;
    }
    World.Site site = dice.pick(busy);
    RootRun run = dice.pick(site.host.runs());
    if (run.isOrphan() && !world.isCalm() && !dice.chance(ORPHANS_GO_ON)) {
      return false;
    }
    if (!run.isBegun()) {
      said("root begins " + run + (run.isOrphan() ? " for a dead agent" : ""));
      site.root.begin(run);
    } else if (world.mayHave(FaultKind.ROOT_HUNG) && dice.chance(100)) {
      said("root hangs in " + run);
      world.fault(FaultKind.ROOT_HUNG);
      site.root.hang(run);
    } else if (SliceModel.hasSteps(run.request())
        && world.mayHave(FaultKind.ROOT_KILLED)
        && dice.chance(600)) {
      boolean kernelDidIt = dice.chance(5000);
      said("root is killed in " + run + (kernelDidIt ? ", behind" : ", before") + " its step");
      world.fault(FaultKind.ROOT_KILLED);
      site.root.kill(run, kernelDidIt);
    } else {
      boolean refused = world.mayHave(FaultKind.ROOT_REFUSED) && dice.chance(500);
      said("root ends " + run + (refused ? ", refused" : ""));
      if (refused) {
        world.fault(FaultKind.ROOT_REFUSED);
      }
      site.root.end(run, refused);
    }
    return true;
  }

  /** Something happens on a host that is up: its agent looks, decides, reports or asks. */
  boolean moveHost() throws IOException {
    World.Site site = dice.pick(world.sites());
    if (!site.host.isUp()) {
      said(site.host.name() + " comes up");
      site.host.comeUp();
      return true;
    }
    if (site.agent.isEmpty()) {
      said("the agent of " + site.host.name() + " starts");
      world.startAgent(site);
      return true;
    }
    return moveAgent(site, site.agent.get());
  }

  private boolean moveAgent(World.Site site, AgentProcess agent) {
    if (agent.hasMail() && dice.chance(7000)) {
      said(agent + " decides");
      try {
        agent.turn();
      } catch (Killed e) {
        world.killAgent(site);
      }
      return true;
    }
    List<Runnable> works = new ArrayList<>();
    if (agent.wantsToLook() || dice.chance(IDLE_LOOKS)) {
      offer(works, agent, "looks", agent::look);
    }
    if (agent.wantsToReport() || dice.chance(IDLE_CALLS)) {
      offer(works, agent, "reports", agent::report);
    }
    boolean newOrders = world.books().revision(site.host.name()) != agent.revision();
    if (newOrders || dice.chance(IDLE_CALLS)) {
      offer(works, agent, "asks", agent::askForOrders);
    }
    if (works.isEmpty()) {
      return false;
    }
    dice.pick(works).run();
    return true;
  }

  /** One of each kind at a time, as the agent has one thread for each. */
  private void offer(List<Runnable> works, AgentProcess agent, String what, Runnable work) {
    String name = agent + " " + what;
    if (world.baton().strands().stream().noneMatch(strand -> strand.toString().equals(name))) {
      works.add(
          () -> {
            said(name);
            world.baton().start(name, agent, work);
          });
    }
  }

  /** One tenant wants something, or several want the same at once. */
  private boolean beginTenant() {
    TenantLife.Wish wish =
        new TenantLife.Wish(
            dice.pick(Operator.PROJECTS),
            world.hasSlices() && dice.chance(5000) ? Operator.SLICE : Operator.GPU,
            dice.chance(2500) ? 2 : 1,
            dice.chance(3000) ? Optional.of(dice.pick(world.hosts()).name()) : Optional.empty());
    long living = world.baton().strands().stream().filter(strand -> strand.owner() == this).count();
    int more = dice.chance(3500) ? MAX_BURST : 1;
    for (int i = 0; i < more && living + i < MAX_TENANTS; i++) {
      tenants++;
      TenantLife life = new TenantLife(world, wish, tenants);
      said(
          "tenant vm-"
              + tenants
              + " wants "
              + wish.count()
              + " "
              + wish.alias()
              + " for "
              + wish.project());
      world.baton().start("vm-" + tenants, this, life::live);
    }
    return living < MAX_TENANTS;
  }

  private boolean operate() {
    said("the operator acts");
    operator.act();
    return true;
  }
}
