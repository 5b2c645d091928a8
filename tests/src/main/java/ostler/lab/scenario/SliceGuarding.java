package ostler.lab.scenario;

import static ostler.lab.LabDevice.EDU;
import static ostler.lab.LabDevice.NVME;
import static ostler.lab.scenario.SliceProgram.DEADLINE;
import static ostler.lab.scenario.SliceProgram.slice;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import ostler.lab.GuestResult;
import ostler.lab.LabMachine;
import ostler.lab.stack.LibvirtTenant;
import tools.jackson.databind.JsonNode;

/** That a slice is open to nobody but the one who has a permit, also after a reboot. */
final class SliceGuarding {

  private static final String SMALL = "ostler_lab-4";
  private static final String LARGE = "ostler_lab-8";
  private static final String VENDOR_TYPE = "1155";
  private static final long SMALL_BYTES = 4 * 0x10000;
  private static final String TENANT = "slice-owner";

  /** A machine that runs until it is told to end; timeout(1) says so by this code. */
  private static final int STILL_RAN = 124;

  private SliceGuarding() {}

  static List<Scenario> scenarios() {
    return List.of(
        new Scenario(
            "slice-guard",
            "the kernel lets nobody open a slice without a permit, and libvirt starts nobody else",
            RootProgram.SCENARIO_DEADLINE,
            SliceGuarding::guard),
        new Scenario(
            "reboot-restores",
            "after a power cut functions, types and mediated devices come back as they were, before anything is offered",
            RootProgram.SCENARIO_DEADLINE,
            SliceGuarding::reboot));
  }

  private static String guard(LabContext lab) throws Exception {
    try (LabMachine machine = lab.fresh(lab.options("slice-guard"))) {
      SliceProgram program = SliceProgram.start(lab, machine, EDU, "vendor=1");
      machine.run("install -D -m 755 /usr/lib/ostler/hooks/qemu /etc/libvirt/hooks/qemu", DEADLINE);
      machine.startLibvirt();
      String mediated = mediated(program);
      return mediated + " " + vendor(program.and(NVME));
    }
  }

  private static String mediated(SliceProgram program) throws Exception {
    LabMachine machine = program.machine();
    UUID slice = UUID.randomUUID();
    program.ok(program.create(slice, SMALL));
    String group = program.group(slice);
    program.requireShut(group);
    String words = shutToQemu(machine, "sysfsdev=/sys/bus/mdev/devices/" + slice);
    LibvirtTenant tenant = LibvirtTenant.sliced(machine, TENANT, 61, slice, SMALL_BYTES);
    tenant.define();
    String veto = vetoed(tenant, "Slice " + slice + " is not ready for domain " + TENANT);
    program.ok(program.permit(slice, "another"));
    vetoed(tenant, "belongs to another claim");
    program.ok(program.request("forbid", slice(slice)));
    program.ok(program.permit(slice, TENANT));
    tenant.start();
    program.refused("HELD", program.request("forbid", slice(slice)));
    tenant.destroy();
    program.ok(program.request("forbid", slice(slice)));
    program.requireShut(group);
    LabGuard.kill(machine);
    Expect.equal("", program.open(group), "the group while there is no guard");
    program.refused("GUARD_ABSENT", program.create(UUID.randomUUID(), SMALL));
    LabGuard.start(machine);
    program.requireShut(group);
    return words + " | " + veto;
  }

  /** Libvirt 9.0 passes on only functions of vfio-pci's own, so this one goes by QEMU alone. */
  private static String vendor(SliceProgram program) throws Exception {
    LabMachine machine = program.machine();
    program.bindPhysicalFunction();
    String function =
        program
            .ok(program.request("functions", ",\"count\":2"))
            .path("functions")
            .path(0)
            .asString();
    UUID slice = UUID.randomUUID();
    program.ok(program.request("create", slice(slice) + typed(function)));
    String group = groupOf(machine, function);
    program.requireShut(group);
    String words = shutToQemu(machine, "host=" + function);
    program.ok(program.permit(slice, TENANT));
    GuestResult ran = qemu(machine, "host=" + function);
    Expect.equal(STILL_RAN, ran.exitCode(), "a machine with the function runs: " + ran);
    program.ok(program.request("forbid", slice(slice)));
    program.requireShut(group);
    return words;
  }

  private static String typed(String function) {
    return ",\"kind\":\"vendor-vf\",\"function\":\"%s\",\"type\":\"%s\""
        .formatted(function, VENDOR_TYPE);
  }

  private static String groupOf(LabMachine machine, String function) throws Exception {
    return machine.run(
        "basename $(readlink /sys/bus/pci/devices/" + function + "/iommu_group)", DEADLINE);
  }

  private static String vetoed(LibvirtTenant tenant, String because) throws Exception {
    GuestResult result = tenant.tryStart();
    Expect.that(!result.succeeded(), "the domain does not start: " + result);
    Expect.that(result.err().contains(because), "the hook says why (" + because + "): " + result);
    return result.err().strip().replace('\n', ' ');
  }

  private static String shutToQemu(LabMachine machine, String device) throws Exception {
    GuestResult result = qemu(machine, device);
    Expect.that(
        result.err().contains("Device or resource busy"), "QEMU is not let in, but: " + result);
    return result.err().strip().lines().reduce((before, last) -> last).orElse("");
  }

  private static GuestResult qemu(LabMachine machine, String device) throws Exception {
    return machine.exec(
        "timeout 20 qemu-system-x86_64 -accel tcg -M pc -m 64 -nodefaults -display none -S -device vfio-pci,"
            + device
            + " </dev/null >/dev/null",
        DEADLINE);
  }

  private static String reboot(LabContext lab) throws Exception {
    Path disk = lab.artifacts().toAbsolutePath().resolve("reboot-restores.disk");
    Files.deleteIfExists(disk);
    try (LabMachine machine = lab.fresh(lab.options("reboot-restores").withDisk(disk))) {
      SliceProgram cards = SliceProgram.start(lab, machine, EDU, "vendor=1");
      SliceProgram functions = cards.and(NVME);
      functions.bindPhysicalFunction();
      UUID claimed = UUID.randomUUID();
      UUID idle = UUID.randomUUID();
      cards.ok(cards.create(claimed, SMALL));
      cards.ok(cards.create(idle, LARGE));
      cards.ok(cards.permit(claimed, TENANT));
      JsonNode made = functions.ok(functions.request("functions", ",\"count\":2"));
      String function = made.path("functions").path(0).asString();
      functions.ok(functions.request("create", slice(UUID.randomUUID()) + typed(function)));
      List<String> before = slices(cards, functions);

      machine.powerCut();
      machine.powerOn();
      cards = SliceProgram.start(lab, machine, EDU, "vendor=1");
      functions = cards.and(NVME);
      functions.bindPhysicalFunction();
      for (SliceProgram program : List.of(cards, functions)) {
        JsonNode list = program.list();
        Expect.that(list.path("restore_needed").asBoolean(), "something is missing: " + list);
        Expect.equal(0, list.path("offers").size(), "offers before it is there: " + list);
        JsonNode restored = program.ok(program.request("restore", ""));
        Expect.equal(0, restored.path("failed").size(), "all of it came back: " + restored);
        Expect.that(!restored.path("offers").isEmpty(), "offers afterwards: " + restored);
      }
      Expect.equal(before, slices(cards, functions), "slices with their permits");
      Expect.equal(
          Stream.of(claimed, idle).map(UUID::toString).sorted().toList(),
          cards.mediated(),
          "mediated devices in the kernel");
      String type =
          machine.run(
              "cat /sys/bus/pci/devices/" + function + "/nvidia/current_vgpu_type", DEADLINE);
      Expect.equal(VENDOR_TYPE, type, "the function's type");
      Expect.equal("", cards.open(cards.group(claimed)), "the claimed slice, opened");
      cards.requireShut(cards.group(idle));
      cards.requireShut(groupOf(machine, function));
      return before.size() + " slices back with their ids: " + String.join("; ", before);
    }
  }

  /** Each with what has to survive. */
  private static List<String> slices(SliceProgram... programs) throws Exception {
    Stream.Builder<String> found = Stream.builder();
    for (SliceProgram program : programs) {
      for (JsonNode one : program.list().path("slices")) {
        found.add(
            "%s %s %s %s"
                .formatted(
                    one.path("slice").asString(),
                    one.path("name").asString(),
                    one.path("seen").asString(),
                    one.path("permit")
                        .path("claim")
                        .path("consumer")
                        .path("id")
                        .asString("nobody's")));
      }
    }
    return found.build().toList();
  }
}
