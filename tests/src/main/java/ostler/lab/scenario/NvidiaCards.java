package ostler.lab.scenario;

import static ostler.lab.LabDevice.NVME;
import static ostler.lab.scenario.SliceProgram.DEADLINE;
import static ostler.lab.scenario.SliceProgram.slice;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import ostler.lab.GuestResult;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import ostler.lab.LabModule;
import ostler.lab.LabNvml;
import ostler.lab.Progress;
import ostler.lab.stack.GpuHost;
import ostler.lab.stack.SourceTree;
import ostler.lab.stack.Waiting;
import ostler.pci.PciAddress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That NVIDIA's library is asked safely, and cards are cut by it: against a library of our own. */
final class NvidiaCards {

  private static final String DRIVEN = "function_driver=nvidia";
  private static final String FOLDER = LabNvml.FOLDER;
  private static final JsonMapper JSON = new JsonMapper();
  private static final String BY_HAND = "/usr/lib/ostler/bin/ostler-mdev mig-mode %s %s %s";
  private static final String REASON = "--offline --reason 'the lab cuts it'";

  private static final String LET_GO =
      """
      echo %1$s >/sys/bus/pci/drivers/nvidia/unbind || true
      echo >%2$s/driver_override
      until rmmod ostler_lab; do sleep 0.1; done
      """
          .formatted(NVME.address(), NVME.sysfs());

  /** What the agent starts to ask NVML; the bracket keeps the search from finding itself. */
  private static final String ASKING = "pgrep -f 'agent.Main [n]vml' || true";

  private static final int LOOKS = 20;

  private NvidiaCards() {}

  static List<Scenario> scenarios() {
    return List.of(
        scenario(
            "nvml-stub",
            "the binding of NVML keeps its promises against a library that fails in every way",
            NvidiaCards::contract),
        scenario(
            "mig",
            "a card is cut by an operator's word, its slices stay while used, and come back after a"
                + " reboot",
            NvidiaCards::mig));
  }

  /** Those of a host that has joined an allocator. */
  static List<Scenario> onStacks() {
    return List.of(
        StackRun.scenario(
            "nvml-hang",
            "an NVML that hangs costs one reading, and neither the agent nor another device",
            lab -> breaks(lab, "hang", "did not come back")),
        StackRun.scenario(
            "nvml-crash",
            "an NVML that crashes costs one reading, and neither the agent nor another device",
            lab -> breaks(lab, "crash", "the process ended with")));
  }

  private static Scenario scenario(String name, String proves, Scenario.Body body) {
    return new Scenario(name, proves, RootProgram.SCENARIO_DEADLINE, body);
  }

  private static LabNvml nvml(LabContext lab)
      throws IOException, InterruptedException, LabException {
    return LabNvml.prepare(
        lab.image(),
        SourceTree.ofThisProgram().home(),
        lab.cache(),
        lab.options("nvml-build"),
        Progress.onStandardError());
  }

  private static String contract(LabContext lab) throws Exception {
    LabNvml nvml = nvml(lab);
    LabMachine machine = lab.shared();
    nvml.install(machine, "");
    nvml.bringContract(machine, "/tmp/contract");
    GuestResult result =
        machine.exec(
            "java -cp '/usr/lib/ostler/mdev/*:/tmp/contract' ostler.nvml.StubContract "
                + LabNvml.LIBRARY,
            DEADLINE);
    Expect.that(result.succeeded(), "the contract holds, but: " + result);
    LabNvml.remove(machine);
    List<String> kept = result.out().lines().toList();
    Expect.that(kept.size() > 40, "promises were proved: " + kept);
    return kept.size() + " promises kept, the last: " + kept.get(kept.size() - 1);
  }

  private static String breaks(LabContext lab, String how, String words) throws Exception {
    LabNvml nvml = nvml(lab);
    StackRun run = lab.stack();
    LabMachine machine = run.stack().machine();
    nvml.install(machine, LabNvml.device(PciAddress.parse(NVME.address()), "plain"));
    LabNvml.fail(machine, "nvmlDeviceGetTemperature " + how + " 0 0");
    try {
      drive(lab, machine);
      Waiting.until(
          "the allocator is told",
          DEADLINE,
          () -> problems(run).stream().anyMatch(problem -> problem.contains(words)));
      long agent = agent(machine);
      for (int look = 0; look < LOOKS; look++) {
        Expect.equal("", machine.run(ASKING + "; sleep 0.5", DEADLINE), "processes that ask NVML");
      }
      Expect.equal(agent, agent(machine), "the agent's process");
      String claim = run.operator().claim(StackRun.PROJECT, run.tenant("beside"));
      run.operator().await(run.unit(), "READY");
      run.operator().release(claim);
      run.makeReady();
      return problems(run).stream().filter(one -> one.contains(words)).findFirst().orElseThrow();
    } finally {
      machine.run(LET_GO, DEADLINE);
      LabNvml.remove(machine);
    }
  }

  /**
   * Binds the card to a driver of NVIDIA's name. The agent begins anew, since one that an earlier
   * scenario broke the library of would not ask it again so soon.
   */
  private static void drive(LabContext lab, LabMachine machine)
      throws IOException, InterruptedException, LabException {
    LabModule module = lab.module();
    module.load(machine, DRIVEN);
    GpuHost host = new GpuHost(machine);
    host.killAgent();
    machine.run(
        """
        cd %s; echo nvidia >driver_override
        echo %s >/sys/bus/pci/drivers_probe
        [ -e driver ]
        """
            .formatted(NVME.sysfs(), NVME.address()),
        DEADLINE);
    host.startAgent();
  }

  private static List<String> problems(StackRun run) throws IOException, LabException {
    return StreamSupport.stream(
            run.operator().device(NVME.address()).path("problems").spliterator(), false)
        .map(problem -> problem.asString(""))
        .toList();
  }

  private static long agent(LabMachine machine)
      throws IOException, InterruptedException, LabException {
    return Long.parseLong(machine.run("pgrep -u ostler -o java", DEADLINE));
  }

  private static String mig(LabContext lab) throws Exception {
    LabNvml nvml = nvml(lab);
    LabMachine machine = lab.shared();
    nvml.install(machine, LabNvml.device(PciAddress.parse(NVME.address()), "mig"));
    try (SliceProgram program = SliceProgram.start(lab, machine, NVME, DRIVEN)) {
      program.bindPhysicalFunction("nvidia");
      Expect.equal(0, program.available("1g.5gb"), "slices before an operator says so");
      String held = switchOn(machine);
      Expect.equal(7, program.available("1g.5gb"), "small slices of an empty card");
      UUID half = UUID.randomUUID();
      JsonNode made =
          program.ok(create(program, half, "3g.20gb", ",\"placement\":{\"start\":4,\"size\":4}"));
      Expect.equal(4, start(made), "where it was asked to lie");
      UUID small = UUID.randomUUID();
      int chosen = start(program.ok(create(program, small, "1g.5gb", "")));
      Expect.that(chosen < 4, "it lies beside the other, at " + chosen);
      program.refused("NO_INSTANCE", create(program, UUID.randomUUID(), "7g.40gb", ""));
      program.refused(
          "SLICE_EXISTS",
          create(program, UUID.randomUUID(), "1g.5gb", ",\"placement\":{\"start\":5,\"size\":1}"));
      mode(machine, "off", "SLICED");
      goesOnHalfway(program, machine);
      comesBack(program, machine);
      String kept = handsOver(program, machine, half);
      program.ok(program.request("remove", slice(half)));
      program.ok(program.request("remove", slice(small)));
      mode(machine, "off", "");
      Expect.equal(0, program.available("1g.5gb"), "slices of a card that is whole again");
      return "3g.20gb at 4, 1g.5gb at %d, both again after a reboot; %s; %s"
          .formatted(chosen, held, kept);
    } finally {
      LabNvml.remove(machine);
    }
  }

  /**
   * Permits an instance and takes it back, which is refused while a real process computes or draws
   * on it, and while NVML does not say; the refusal that names the process.
   */
  private static String handsOver(SliceProgram program, LabMachine machine, UUID slice)
      throws IOException, InterruptedException, LabException {
    program.ok(program.permit(slice, "pod-1"));
    String kept = "";
    for (String kind : List.of("compute", "graphics")) {
      machine.run(
          "sleep 600 </dev/null >/dev/null 2>&1 & echo \"%s $! %s\" >%s/processes"
              .formatted(NVME.address(), kind, FOLDER),
          DEADLINE);
      kept = program.refused("HELD", program.request("forbid", slice(slice)));
      Expect.that(kept.contains("sleep (process "), "the process is named: " + kept);
      program.refused("PERMITTED", program.request("remove", slice(slice)));
      machine.run(
          "kill $(cut -d' ' -f2 %1$s/processes); rm %1$s/processes".formatted(FOLDER), DEADLINE);
    }
    LabNvml.fail(machine, "nvmlDeviceGetGraphicsRunningProcesses_v3 rc 999 0");
    program.refused("CANNOT_LOOK", program.request("forbid", slice(slice)));
    LabNvml.fail(machine, "");
    program.ok(program.request("forbid", slice(slice)));
    return kept;
  }

  /** Sets the mode, which is refused while something works on the card; the refusal. */
  private static String switchOn(LabMachine machine)
      throws IOException, InterruptedException, LabException {
    machine.run("echo '%s 4711' >%s/processes".formatted(NVME.address(), FOLDER), DEADLINE);
    String held = mode(machine, "on", "HELD");
    machine.run("rm " + FOLDER + "/processes", DEADLINE);
    mode(machine, "on", "");
    return held;
  }

  /** One run by hand; its sentence where it has to be refused with a code. */
  private static String mode(LabMachine machine, String to, String code)
      throws IOException, InterruptedException, LabException {
    JsonNode answer =
        JSON.readTree(machine.exec(BY_HAND.formatted(NVME.address(), to, REASON), DEADLINE).out());
    Expect.equal(code, answer.path("code").asString(""), "mig-mode " + to + ": " + answer);
    return answer.path("message").asString("");
  }

  private static String create(SliceProgram program, UUID id, String type, String more) {
    return program.request(
        "create", slice(id) + ",\"kind\":\"mig\",\"type\":\"" + type + "\"" + more);
  }

  private static int start(JsonNode answer) {
    return answer.path("slice").path("placement").path("start").asInt(-1);
  }

  /** An instance without its compute instance is gone on with by the same order. */
  private static void goesOnHalfway(SliceProgram program, LabMachine machine)
      throws IOException, InterruptedException, LabException {
    UUID broken = UUID.randomUUID();
    LabNvml.fail(machine, "nvmlGpuInstanceCreateComputeInstance rc 999 0");
    program.refused("CREATE_FAILED", create(program, broken, "1g.5gb", ""));
    LabNvml.fail(machine, "");
    Expect.equal(3, instances(machine).size(), "instances, one of them half");
    int where = start(program.ok(create(program, broken, "1g.5gb", "")));
    Expect.equal(3, instances(machine).size(), "instances, with the same at " + where);
    program.ok(program.request("remove", slice(broken)));
  }

  /** A reboot takes the instances and, since Hopper, the mode. */
  private static void comesBack(SliceProgram program, LabMachine machine)
      throws IOException, InterruptedException, LabException {
    List<String> before = instances(machine);
    machine.run("rm " + FOLDER + "/state", DEADLINE);
    Expect.that(program.list().path("restore_needed").asBoolean(), "instances are missing");
    JsonNode restored = program.ok(program.request("restore", ""));
    Expect.equal(2, restored.path("restored").size(), "restored: " + restored);
    Expect.equal(before, instances(machine), "instances and where they lie");
  }

  /** Profile and start of each instance that the card has. */
  private static List<String> instances(LabMachine machine)
      throws IOException, InterruptedException, LabException {
    return machine
        .run("awk '$1 == \"i\" {print $4, $5}' " + FOLDER + "/state | sort", DEADLINE)
        .lines()
        .toList();
  }
}
