package ostler.lab.scenario;

import static ostler.lab.LabDevice.EDU;
import static ostler.lab.LabDevice.NVME;
import static ostler.lab.scenario.SliceProgram.DEADLINE;
import static ostler.lab.scenario.SliceProgram.slice;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import ostler.lab.GuestResult;
import ostler.lab.LabMachine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That slices survive kills, late orders, other drivers and devices that go away. */
final class SliceFaults {

  private static final String SMALL = "ostler_lab-4";
  private static final String LARGE = "ostler_lab-8";
  private static final String BOOK = "/var/lib/ostler/mdev/parents/" + EDU.address() + ".json";
  private static final JsonMapper JSON = new JsonMapper();

  /** How long the lab's driver takes, so that the program can be killed meanwhile. */
  private static final int SLOW_MILLIS = 1500;

  /** How often two orders race for one instance. */
  private static final int RACES = 3;

  private static final List<Moment> MOMENTS_OF_CREATE =
      List.of(
          new Moment("it is about to be made", "grep -q '%s.*CREATING' " + BOOK),
          new Moment("the kernel has it", "[ -e /sys/bus/mdev/devices/%s ]"),
          new Moment("it is in the books", "grep -q '%s.*LIVE' " + BOOK));

  private static final List<Moment> MOMENTS_OF_REMOVE =
      List.of(
          new Moment("it is about to go", "grep -q '%s.*REMOVING' " + BOOK),
          new Moment("the kernel has it no more", "! [ -e /sys/bus/mdev/devices/%s ]"));

  private SliceFaults() {}

  static List<Scenario> scenarios() {
    return List.of(
        scenario(
            "kill-between",
            "a kill between the kernel's step and its record leaves books that agree with the kernel",
            SliceFaults::killBetween),
        scenario(
            "vendor-vf-stale-fence",
            "late orders of a function's former tenant leave the type of the next one alone",
            SliceFaults::staleFence),
        scenario(
            "pf-vf-exclusion",
            "a device is on vfio or has virtual functions, never both",
            SliceFaults::exclusion),
        scenario(
            "mdev-type-vanishes",
            "a type that another driver no longer has is refused, found by its name, and never dropped",
            SliceFaults::typeVanishes),
        scenario(
            "mdev-parent-unplugged",
            "a parent that is gone is reported, and its slices come back with it",
            SliceFaults::unplugged),
        scenario(
            "mdev-last-instance",
            "of two orders at once for a device's last instance exactly one is carried out",
            SliceFaults::lastInstance));
  }

  private static Scenario scenario(String name, String proves, Scenario.Body body) {
    return new Scenario(name, proves, RootProgram.SCENARIO_DEADLINE, body);
  }

  /**
   * A moment of an order.
   *
   * @param seen a shell's test, with the slice's id to be put in
   */
  private record Moment(String name, String seen) {}

  private static String killBetween(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "slow=" + SLOW_MILLIS)) {
      int kills = 0;
      for (Moment moment : MOMENTS_OF_CREATE) {
        killCreate(program, moment, UUID.randomUUID());
        kills++;
      }
      for (Moment moment : MOMENTS_OF_REMOVE) {
        killRemove(program, moment, UUID.randomUUID());
        kills++;
      }
      agrees(program, "at the end");
      return kills + " kills: the books and the kernel agree after each, nothing leaked or doubled";
    }
  }

  private static void killCreate(SliceProgram program, Moment moment, UUID slice) throws Exception {
    String order = program.create(slice, SMALL);
    killAt(program, moment, slice, order);
    agrees(program, "create killed when " + moment.name());
    program.ok(order);
    Expect.equal(List.of(slice.toString()), program.mediated(), "made once");
    program.ok(program.request("remove", slice(slice)));
  }

  private static void killRemove(SliceProgram program, Moment moment, UUID slice) throws Exception {
    program.ok(program.create(slice, SMALL));
    String order = program.request("remove", slice(slice));
    killAt(program, moment, slice, order);
    agrees(program, "remove killed when " + moment.name());
    program.ok(order);
    Expect.equal(List.of(), program.mediated(), "removed");
  }

  /** The program runs on while the kernel is at it; SIGKILL comes when the moment is seen. */
  private static void killAt(SliceProgram program, Moment moment, UUID slice, String order)
      throws Exception {
    program
        .machine()
        .run(
            """
            cat >/run/order.json <<'END'
            %s
            END
            %s </run/order.json >/run/answer.json &
            pid=$!
            until %s; do kill -0 $pid 2>/dev/null || break; done
            kill -9 $pid 2>/dev/null
            wait $pid
            true
            """
                .formatted(order, SliceProgram.PROGRAM, moment.seen().formatted(slice)),
            DEADLINE);
  }

  /** After the next verb, whatever comes of that, the books say what the kernel has. */
  private static void agrees(SliceProgram program, String where) throws Exception {
    program.ok(program.request("restore", ""));
    JsonNode list = program.list();
    List<String> books = new ArrayList<>();
    for (JsonNode one : list.path("slices")) {
      Expect.equal("there", one.path("seen").asString(), where + ": " + list);
      Expect.equal("live", one.path("phase").asString(), where + ": " + list);
      books.add(one.path("slice").asString());
    }
    Expect.equal(books.stream().sorted().toList(), program.mediated(), where);
    Expect.equal(0, list.path("foreign").size(), where + ": " + list);
    for (String slice : books) {
      program.requireShut(program.group(UUID.fromString(slice)));
    }
  }

  private static String staleFence(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), NVME, "vendor=1")) {
      program.bindPhysicalFunction();
      String function =
          program
              .ok(program.request("functions", ",\"count\":2"))
              .path("functions")
              .path(0)
              .asString();
      String typed =
          ",\"kind\":\"vendor-vf\",\"function\":\"%s\",\"type\":\"1155\"".formatted(function);
      UUID former = UUID.randomUUID();
      String lateCreate = program.request("create", slice(former) + typed);
      program.ok(lateCreate);
      String lateRemove = program.request("remove", slice(former));
      String lateOther = program.request("create", slice(UUID.randomUUID()) + typed);
      program.ok(program.request("remove", slice(former)));
      UUID next = UUID.randomUUID();
      program.ok(program.request("create", slice(next) + typed));
      program.ok(program.permit(next, "next"));
      String words = program.refused("STALE_FENCE", lateRemove);
      program.refused("STALE_FENCE", lateCreate);
      program.refused("STALE_FENCE", lateOther);
      String current = "cat /sys/bus/pci/devices/" + function + "/nvidia/current_vgpu_type";
      Expect.equal("1155", program.machine().run(current, DEADLINE), "the next tenant's type");
      JsonNode slices = program.list().path("slices");
      Expect.equal(1, slices.size(), "slices in the books: " + slices);
      Expect.equal(
          "next",
          slices.path(0).path("permit").path("claim").path("consumer").path("id").asString(),
          "whose it is");
      return words;
    }
  }

  private static String exclusion(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    try (RootProgram whole = RootProgram.start(machine);
        SliceProgram program = SliceProgram.beside(whole, lab, machine, NVME, "")) {
      program.bindPhysicalFunction();
      String function =
          program
              .ok(program.request("functions", ",\"count\":2"))
              .path("functions")
              .path(0)
              .asString();
      String sliced = refused(whole, "SLICED", "bind", NVME.address());
      ok(whole, "bind", function);
      String held = program.refused("HELD", program.request("functions", ",\"count\":0"));
      refused(whole, "SLICED", "bind", NVME.address());
      ok(whole, "release", function);
      program.ok(program.request("functions", ",\"count\":0"));
      ok(whole, "bind", NVME.address());
      String bound = program.refused("BOUND", program.request("functions", ",\"count\":2"));
      Expect.that(
          machine.exec("[ -e " + NVME.sysfs() + "/virtfn0 ]", DEADLINE).exitCode() != 0,
          "no function was made");
      ok(whole, "release", NVME.address());
      program.ok(program.request("functions", ",\"count\":2"));
      program.ok(program.request("functions", ",\"count\":0"));
      return sliced + " | " + held + " | " + bound;
    }
  }

  private static JsonNode whole(RootProgram program, String verb, String address) throws Exception {
    String request =
        program
            .request(verb, List.of(), "")
            .replace("\"members\":[]", "\"members\":[\"" + address + "\"]");
    return program.ask(request, RootProgram.PROGRAM);
  }

  private static void ok(RootProgram program, String verb, String address) throws Exception {
    JsonNode answer = whole(program, verb, address);
    Expect.that(answer.path("ok").asBoolean(), verb + " " + address + ": " + answer);
  }

  private static String refused(RootProgram program, String code, String verb, String address)
      throws Exception {
    JsonNode answer = whole(program, verb, address);
    Expect.equal(code, answer.path("code").asString(""), verb + " " + address + ": " + answer);
    return answer.path("message").asString();
  }

  /** The driver's update takes all slices with it, as a reboot does. */
  private static void replaceDriver(SliceProgram program, String parameters) throws Exception {
    program
        .machine()
        .run(
            """
            for slice in /sys/bus/mdev/devices/*; do
              [ ! -e $slice/remove ] || echo 1 >$slice/remove
            done
            until rmmod ostler_lab; do sleep 0.1; done
            insmod /tmp/ostler_lab.ko %s
            """
                .formatted(parameters),
            DEADLINE);
  }

  private static String typeVanishes(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "")) {
      UUID small = UUID.randomUUID();
      UUID large = UUID.randomUUID();
      program.ok(program.create(small, SMALL));
      program.ok(program.create(large, LARGE));
      replaceDriver(program, "updated=1");
      program.refused("UNKNOWN_TYPE", program.create(UUID.randomUUID(), LARGE));
      JsonNode restored = program.ok(program.request("restore", ""));
      Expect.equal(small.toString(), restored.path("restored").path(0).asString(), "by its name");
      JsonNode failed = restored.path("failed").path(0);
      Expect.equal("UNKNOWN_TYPE", failed.path("code").asString(), "what is gone: " + restored);
      Expect.equal(2, program.list().path("slices").size(), "slices in the books");
      Expect.equal(List.of(small.toString()), program.mediated(), "slices in the kernel");
      replaceDriver(program, "");
      restored = program.ok(program.request("restore", ""));
      Expect.equal(2, restored.path("restored").size(), "both are back: " + restored);
      return failed.path("message").asString() + " With the driver before, it came back.";
    }
  }

  private static String unplugged(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "")) {
      UUID slice = UUID.randomUUID();
      program.ok(program.create(slice, SMALL));
      program.ok(program.permit(slice, "patient"));
      program.machine().run("echo 1 >" + EDU.sysfs() + "/remove", DEADLINE);
      String all = "{\"v\":1,\"verb\":\"list\",\"op\":\"" + UUID.randomUUID() + "\"}";
      JsonNode gone = program.ok(all).path("parents").path(0).path("problem");
      Expect.equal("DEVICE_GONE", gone.path("code").asString(), "what the list says: " + gone);
      program.refused("DEVICE_GONE", program.request("forbid", slice(slice)));
      program
          .machine()
          .run(
              "echo 1 >/sys/bus/pci/rescan; until [ -e "
                  + EDU.sysfs()
                  + "/mdev_supported_types ]; do sleep 0.1; done",
              DEADLINE);
      program.ok(program.request("restore", ""));
      JsonNode back = program.list().path("slices").path(0);
      Expect.equal(slice.toString(), back.path("slice").asString(), "the slice: " + back);
      Expect.equal("there", back.path("seen").asString(), "the slice: " + back);
      Expect.that(!back.path("permit").isMissingNode(), "it is still its tenant's: " + back);
      return gone.path("message").asString();
    }
  }

  private static String lastInstance(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "")) {
      program.ok(program.create(UUID.randomUUID(), LARGE));
      String words = "";
      for (int race = 0; race < RACES; race++) {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        List<JsonNode> answers =
            atOnce(program, program.create(first, LARGE), program.create(second, LARGE));
        List<JsonNode> made = answers.stream().filter(a -> a.path("ok").asBoolean()).toList();
        List<JsonNode> full =
            answers.stream()
                .filter(a -> a.path("code").asString("").equals("NO_INSTANCE"))
                .toList();
        Expect.that(made.size() == 1 && full.size() == 1, "exactly one is made: " + answers);
        Expect.equal(2, program.mediated().size(), "slices in the kernel");
        Expect.equal(2, program.list().path("slices").size(), "slices in the books");
        words = full.get(0).path("message").asString();
        UUID winner = UUID.fromString(made.get(0).path("slice").path("slice").asString());
        program.ok(program.request("remove", slice(winner)));
      }
      return words;
    }
  }

  private static List<JsonNode> atOnce(SliceProgram program, String one, String other)
      throws Exception {
    GuestResult result =
        program
            .machine()
            .exec(
                """
                %1$s >/run/one <<'END' &
                %2$s
                END
                %1$s >/run/other <<'END' &
                %3$s
                END
                wait; cat /run/one /run/other
                """
                    .formatted(SliceProgram.PROGRAM, one, other),
                DEADLINE);
    List<JsonNode> answers = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      answers.add(JSON.readTree(line));
    }
    return answers;
  }
}
