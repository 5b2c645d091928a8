package ostler.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import ostler.lab.stack.Card;
import ostler.lab.stack.GpuHost;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.Operator;
import ostler.lab.stack.OperatorCommand;
import ostler.lab.stack.StackLoad;
import ostler.lab.stack.Waiting;

/** That nothing is lost and nothing is called clean when programs and hosts die. */
final class Restarts {

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  /** What the agent says of itself at the points of a wipe where it is killed. */
  private static final List<String> MOMENTS_OF_A_WIPE =
      List.of("wipe begins", "reset begins", "scrub begins", "wipe recorded");

  private static final int ALLOCATOR_KILLS = 3;
  private static final long LOAD_MILLIS = 2_000;
  private static final String OTHER_STATE = "/var/lib/ostler/other-agent";

  private Restarts() {}

  static List<Scenario> scenarios() {
    return List.of(
        StackRun.scenario(
            "kill-agent",
            "an agent killed at any moment converges, and nothing is clean without a whole record",
            Restarts::killAgent),
        StackRun.scenario(
            "host-reboot",
            "after a power cut the host restores its bindings alone, and unclaimed units are dirty",
            Restarts::hostReboot),
        StackRun.scenario(
            "allocator-kill",
            "an allocator killed under load has lost nothing that it acknowledged",
            Restarts::allocatorKill),
        StackRun.scenario(
            "second-agent", "a second live agent of one host is refused", Restarts::secondAgent));
  }

  private static String killAgent(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    List<String> seen = new ArrayList<>();
    for (String moment : MOMENTS_OF_A_WIPE) {
      run.plantSecret();
      killAt(run, moment, "unit", "clean", run.unit(), "--level", "L3");
      String before = provenState(run);
      run.stack().host().startAgent();
      Waiting.until("the wipe ended", DEADLINE, () -> !isCleaning(run));
      seen.add(moment + ": " + before + ", then " + provenState(run));
      run.makeReady();
      Expect.equal("CLEAN", provenState(run), "the state after a whole wipe");
    }
    String consumer = run.tenant("orphan").consumer();
    killAt(
        run,
        "permit begins",
        "claim",
        "create",
        "--project",
        StackRun.PROJECT,
        "--alias",
        Operator.ALIAS,
        "--consumer",
        consumer);
    run.stack().host().startAgent();
    run.operator().await(run.unit(), "READY");
    killAt(run, "forbid begins", "claim", "release", run.claim(), "--yes");
    run.stack().host().startAgent();
    run.operator().await(run.unit(), "DIRTY");
    run.stack().command().run("wipe", "verify", "--unit", run.unit()).orThrow();
    return String.join("; ", seen) + "; permit begins: READY; forbid begins: DIRTY";
  }

  /** Gives an order, and kills the agent when it says that it is at that point. */
  private static void killAt(StackRun run, String moment, String... order) throws Exception {
    int before = said(run, moment);
    run.stack().command().run(order).orThrow();
    Waiting.until("the agent says: " + moment, DEADLINE, () -> said(run, moment) > before);
    run.stack().host().killAgent();
  }

  private static int said(StackRun run, String words)
      throws IOException, InterruptedException, LabException {
    return Integer.parseInt(
        run.stack()
            .machine()
            .run("grep -c '" + words + "' /var/log/lab/agent.log; true", DEADLINE));
  }

  private static boolean isCleaning(StackRun run) throws IOException, LabException {
    return run.operator().state(run.unit()).equals("CLEANING");
  }

  /** The unit's state; when it says clean, the memory itself has to say so too. */
  private static String provenState(StackRun run) throws Exception {
    String state = run.operator().state(run.unit());
    Expect.that(
        !state.equals("CLEAN") || !run.secretIsThere(), "CLEAN, with the secret in its memory");
    return state;
  }

  private static String hostReboot(LabContext lab) throws Exception {
    try (StackRun run = StackRun.boot(lab, "host-reboot", Card.B2)) {
      Operator operator = run.operator();
      operator.join(Card.B2, Card.B);
      String claimed = operator.admit(Card.B2);
      String idle = operator.admit(Card.B);
      operator.clean(claimed, "L3");
      operator.offer(Card.B2, StackRun.PROJECT, 1);
      LibvirtTenant tenant = run.tenant("rebooted");
      String claim = operator.claim(StackRun.PROJECT, tenant);
      operator.clean(idle, "L3");
      tenant.define();
      run.stack().allocator().kill();
      LabMachine machine = run.stack().machine();
      machine.powerCut();
      machine.powerOn();
      run.stack().host().startGuard();
      run.stack().host().restoreBindings();
      for (LabDevice device : List.of(LabDevice.B2, LabDevice.B)) {
        Waiting.until(
            device + " is bound again",
            DEADLINE,
            () -> machine.exec("test -e " + device.sysfs() + "/driver", DEADLINE).succeeded());
      }
      machine.startLibvirt();
      run.stack().host().startAgent();
      // libvirt does not sync what it is told; Ostler's part has to be there by itself.
      tenant.define();
      tenant.start();
      run.stack().allocator().start();
      run.stack().allocator().awaitReady();
      operator.await(claimed, "IN_USE");
      operator.await(idle, "DIRTY");
      Expect.equal(claim, run.stack().unit(claimed).path("claim").asString(""), "the claim");
      return "bound again without an allocator, tenant started; the idle unit is DIRTY: "
          + run.stack().unit(idle).path("why").path("code").asString("");
    }
  }

  private static String allocatorKill(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    String claim = run.operator().claim(StackRun.PROJECT, run.tenant("survivor"));
    StackLoad load = new StackLoad(run.stack().allocator());
    for (int kill = 0; kill < ALLOCATOR_KILLS; kill++) {
      load.start();
      Thread.sleep(LOAD_MILLIS);
      run.stack().allocator().kill();
      load.stop();
      run.stack().allocator().start();
      run.stack().allocator().awaitReady();
      Expect.equal(List.of(), load.lost(), "projects acknowledged and not there");
    }
    Waiting.until("the agent is back", DEADLINE, () -> isUp(run.stack().command()));
    Expect.equal(claim, run.claim(), "the claim");
    Expect.equal("READY", run.operator().state(run.unit()), "the unit's state");
    run.operator().release(claim);
    return ALLOCATOR_KILLS + " kills, " + load.acknowledged() + " acknowledged, none lost";
  }

  private static boolean isUp(OperatorCommand command)
      throws IOException, InterruptedException, LabException {
    return command.json("host", "list").path(0).path("state").asString("").equals("up");
  }

  private static String secondAgent(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    LabMachine machine = run.stack().machine();
    String instance = instance(run);
    String sameState = otherAgentSays(machine, "/var/lib/ostler/agent", "another agent");
    machine.run(
        """
        install -d -o ostler -g ostler -m 0700 %1$s
        cp -a /var/lib/ostler/agent/credential /var/lib/ostler/agent/key %1$s/
        """
            .formatted(OTHER_STATE),
        DEADLINE);
    String otherState = otherAgentSays(machine, OTHER_STATE, "AGENT_ALREADY_LIVE");
    Expect.equal(instance, instance(run), "the live agent's instance");
    return "with the same state: " + sameState + "; with the same credential: " + otherState;
  }

  private static String instance(StackRun run) throws Exception {
    return run.stack()
        .allocator()
        .get("/v1/hosts/" + GpuHost.NAME)
        .path("agent")
        .path("instance")
        .asString("");
  }

  /** Starts another agent, and returns the line in which it says what it has to say. */
  private static String otherAgentSays(LabMachine machine, String state, String words)
      throws Exception {
    String log = "/var/log/lab/other-agent.log";
    long pid =
        machine.spawn(
            "other-agent",
            "cd /; exec setpriv --reuid ostler --regid ostler --init-groups"
                + " /usr/lib/ostler/bin/ostler-agent --state "
                + state);
    String grep = "grep -m 1 '" + words + "' " + log;
    Waiting.until(
        "another agent says: " + words, DEADLINE, () -> machine.exec(grep, DEADLINE).succeeded());
    machine.run("kill -9 " + pid + " 2>/dev/null; true", DEADLINE);
    return machine.run(grep, DEADLINE);
  }
}
