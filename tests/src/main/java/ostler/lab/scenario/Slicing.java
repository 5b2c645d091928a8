package ostler.lab.scenario;

import static ostler.lab.LabDevice.EDU;
import static ostler.lab.LabDevice.NVME;
import static ostler.lab.scenario.SliceProgram.DEADLINE;
import static ostler.lab.scenario.SliceProgram.slice;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import ostler.lab.LabMachine;
import ostler.lab.stack.LibvirtTenant;
import tools.jackson.databind.JsonNode;

/** That slices are made and removed on a real kernel, and the books say what it has. */
final class Slicing {

  private static final String SMALL = "ostler_lab-4";
  private static final String LARGE = "ostler_lab-8";
  private static final String TYPES = EDU.sysfs() + "/mdev_supported_types/";

  private Slicing() {}

  static List<Scenario> scenarios() {
    return List.of(
        scenario(
            "mdev-mixed",
            "slices of different sizes share a device, as far as its driver goes",
            Slicing::mixed),
        scenario(
            "mdev-homogeneous",
            "a device that takes one type at a time offers others when it is empty again",
            Slicing::homogeneous),
        scenario(
            "mdev-capped",
            "an operator's limit holds, and the device stays with its other types",
            Slicing::capped),
        scenario(
            "vendor-vf",
            "a virtual function's type is set, kept by name, and not cleared by a late order",
            Slicing::vendor),
        scenario(
            "sriov",
            "virtual functions come without drivers, stay while one is used, and exclude vfio",
            Slicing::sriov),
        scenario(
            "sriov-fewer",
            "fewer virtual functions than asked for are reported as they are",
            Slicing::fewer),
        scenario(
            "orphan", "a slice that somebody else made is named and left alone", Slicing::orphan),
        scenario(
            "slice-tenant",
            "a libvirt machine has a mediated device, and the next one made reads as zeros",
            Slicing::tenant),
        scenario(
            "mdevctl-sees",
            "mdevctl lists a slice, and its definition where one is wished",
            Slicing::mdevctl));
  }

  private static Scenario scenario(String name, String proves, Scenario.Body body) {
    return new Scenario(name, proves, RootProgram.SCENARIO_DEADLINE, body);
  }

  private static String mixed(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "")) {
      Expect.equal(4, program.available(SMALL), "small slices at first");
      UUID small = UUID.randomUUID();
      JsonNode made = program.ok(program.create(small, SMALL)).path("slice");
      Expect.equal("LAB GPU-4Q", made.path("name").asString(), "the type's name");
      UUID large = UUID.randomUUID();
      program.ok(program.create(large, LARGE));
      Expect.equal(2, program.mediated().size(), "slices in the kernel");
      Expect.equal(1, program.available(SMALL), "small slices left");
      String full = program.refused("NO_INSTANCE", program.create(UUID.randomUUID(), LARGE));
      program.ok(program.permit(small, "holder"));
      String group = program.group(small);
      long holder = program.machine().spawn("holder", "exec 3<>/dev/vfio/" + group + "; sleep 600");
      program.machine().run("until [ -e /proc/" + holder + "/fd/3 ]; do sleep 0.1; done", DEADLINE);
      program.refused("PERMITTED", program.request("remove", slice(small)));
      String held = program.refused("HELD", program.request("forbid", slice(small)));
      program
          .machine()
          .run(
              "pkill -9 -P "
                  + holder
                  + "; kill -9 "
                  + holder
                  + "; while [ -e /proc/"
                  + holder
                  + " ]; do sleep 0.1; done",
              DEADLINE);
      program.ok(program.request("forbid", slice(small)));
      program.ok(program.request("remove", slice(small)));
      program.ok(program.request("remove", slice(large)));
      Expect.equal(List.of(), program.mediated(), "slices in the kernel");
      program.refused("RETIRED", program.create(small, SMALL));
      return full + " " + held;
    }
  }

  /** The type of 4 has four times as much as the module gives for each unit of size. */
  private static final long SMALL_BYTES = 4 * 0x10000;

  private static final byte[] SECRET =
      "left in a slice".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private static String tenant(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "")) {
      program.machine().startLibvirt();
      UUID first = UUID.randomUUID();
      program.ok(program.create(first, SMALL));
      program.ok(program.permit(first, "sliced-before"));
      LibvirtTenant before = having(program, "sliced-before", 51, first);
      before.write(SMALL_BYTES / 2, SECRET);
      LibvirtTenant.Sight own = before.look(SECRET);
      Expect.equal(1L, own.copies(), "what the tenant wrote");
      String held = program.refused("HELD", program.request("forbid", slice(first)));
      before.kill();
      program.ok(program.request("forbid", slice(first)));
      program.ok(program.request("remove", slice(first)));
      UUID next = UUID.randomUUID();
      program.ok(program.create(next, SMALL));
      program.ok(program.permit(next, "sliced-after"));
      LibvirtTenant after = having(program, "sliced-after", 52, next);
      LibvirtTenant.Sight sight = after.look(SECRET);
      Expect.equal(SMALL_BYTES, sight.bytes(), "bytes read by the next tenant");
      Expect.equal(0L, sight.nonZeroBytes(), "bytes that are not zero");
      after.destroy();
      program.ok(program.request("forbid", slice(next)));
      program.ok(program.request("remove", slice(next)));
      return held + " When it was made anew: " + sight.bytes() + " bytes read, all zero.";
    }
  }

  private static LibvirtTenant having(SliceProgram program, String name, int number, UUID slice)
      throws Exception {
    LibvirtTenant tenant =
        LibvirtTenant.sliced(program.machine(), name, number, slice, SMALL_BYTES);
    tenant.define();
    tenant.start();
    tenant.mapMemory();
    return tenant;
  }

  private static String homogeneous(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "homogeneous=1")) {
      UUID first = UUID.randomUUID();
      program.ok(program.create(first, SMALL));
      Expect.equal(3, program.available(SMALL), "slices of the same type");
      Expect.equal(0, program.available(LARGE), "slices of another type");
      program.refused("NO_INSTANCE", program.create(UUID.randomUUID(), LARGE));
      program.ok(program.request("remove", slice(first)));
      program.ok(program.create(UUID.randomUUID(), LARGE));
      return "after one of 4G: 3 more of it and none of 8G; when it was gone, one of 8G";
    }
  }

  private static String capped(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "")) {
      program
          .machine()
          .run(
              "echo '1234:11e8 " + SMALL + " 1' >/etc/ostler/slices; chmod 644 /etc/ostler/slices",
              DEADLINE);
      Expect.equal(1, program.available(SMALL), "slices allowed");
      program.ok(program.create(UUID.randomUUID(), SMALL));
      String words = program.refused("CAPPED", program.create(UUID.randomUUID(), SMALL));
      Expect.equal(0, program.available(SMALL), "slices allowed");
      program.ok(program.create(UUID.randomUUID(), LARGE));
      return words;
    }
  }

  private static String vendor(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), NVME, "vendor=1")) {
      program.bindPhysicalFunction();
      JsonNode functions = program.ok(program.request("functions", ",\"count\":3"));
      String first = functions.path("functions").path(0).asString();
      UUID before = UUID.randomUUID();
      program.ok(program.request("create", slice(before) + typed(first, "1155")));
      String late = program.request("remove", slice(before));
      program.ok(program.request("remove", slice(before)));
      UUID next = UUID.randomUUID();
      JsonNode made = program.ok(program.request("create", slice(next) + typed(first, "1155")));
      Expect.equal(
          "LAB L40S-8Q", made.path("slice").path("name").asString(), "the name of the type");
      String words = program.refused("STALE_FENCE", late);
      String current = "cat /sys/bus/pci/devices/" + first + "/nvidia/current_vgpu_type";
      Expect.equal("1155", program.machine().run(current, DEADLINE), "the next tenant's type");
      program.refused(
          "NO_INSTANCE",
          program.request(
              "create",
              slice(UUID.randomUUID())
                  + typed(functions.path("functions").path(1).asString(), "1156")));
      program.refused("SLICED", program.request("functions", ",\"count\":0"));
      program.ok(program.request("remove", slice(next)));
      Expect.equal("0", program.machine().run(current, DEADLINE), "the type that is left");
      program.ok(program.request("functions", ",\"count\":0"));
      return words;
    }
  }

  private static String typed(String function, String type) {
    return ",\"kind\":\"vendor-vf\",\"function\":\"%s\",\"type\":\"%s\"".formatted(function, type);
  }

  private static String sriov(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    machine.run(
        "modprobe nvme; until [ -e " + NVME.sysfs() + "/driver ]; do sleep 0.1; done", DEADLINE);
    try (SliceProgram program = SliceProgram.start(lab, machine, NVME, "")) {
      JsonNode made = program.ok(program.request("functions", ",\"count\":3"));
      Expect.equal(3, made.path("have").asInt(), "functions: " + made);
      String first = made.path("functions").path(0).asString();
      machine.run("[ ! -e /sys/bus/pci/devices/" + first + "/driver ]", DEADLINE);
      UUID slice = UUID.randomUUID();
      String plain = ",\"kind\":\"sriov-vf\",\"function\":\"" + first + "\"";
      program.ok(program.request("create", slice(slice) + plain));
      String sliced = program.refused("SLICED", program.request("functions", ",\"count\":0"));
      program.ok(program.request("remove", slice(slice)));
      machine.run(
          "cd /sys/bus/pci/devices/%1$s; echo vfio-pci >driver_override; echo %1$s >/sys/bus/pci/drivers_probe; [ -e driver ]"
              .formatted(first),
          DEADLINE);
      program.refused("HELD", program.request("functions", ",\"count\":0"));
      machine.run("echo " + first + " >/sys/bus/pci/drivers/vfio-pci/unbind", DEADLINE);
      program.ok(program.request("functions", ",\"count\":2"));
      machine.run("echo 0 >" + NVME.sysfs() + "/sriov_numvfs", DEADLINE);
      Expect.that(program.list().path("restore_needed").asBoolean(), "functions are missing");
      program.ok(program.request("restore", ""));
      Expect.equal(2, program.list().path("functions").size(), "functions that came back");
      program.ok(program.request("functions", ",\"count\":0"));
      return sliced;
    } finally {
      machine.run("modprobe -r nvme", DEADLINE);
    }
  }

  private static String fewer(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), NVME, "fewer=1")) {
      program.bindPhysicalFunction();
      JsonNode made = program.ok(program.request("functions", ",\"count\":4"));
      Expect.equal(4, made.path("asked").asInt(), "asked for");
      Expect.equal(3, made.path("have").asInt(), "functions");
      JsonNode list = program.list();
      Expect.equal(3, list.path("functions").size(), "functions: " + list);
      Expect.that(!list.path("restore_needed").asBoolean(), "nothing is missing: " + list);
      program.ok(program.request("functions", ",\"count\":0"));
      return "asked for 4, the kernel made 3 and said that it went well";
    }
  }

  private static String orphan(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "")) {
      UUID stranger = UUID.randomUUID();
      program.machine().run("echo " + stranger + " >" + TYPES + SMALL + "/create", DEADLINE);
      JsonNode foreign = program.list().path("foreign").path(0);
      Expect.equal(stranger.toString(), foreign.path("uuid").asString(), "named: " + foreign);
      String words = program.refused("NOT_OURS", program.request("remove", slice(stranger)));
      program.refused("SLICE_EXISTS", program.create(stranger, SMALL));
      Expect.equal(List.of(stranger.toString()), program.mediated(), "slices in the kernel");
      List<String> byHand =
          new ArrayList<>(List.of("/usr/lib/ostler/bin/ostler-mdev remove", EDU.address()));
      byHand.add("--slice " + stranger + " --offline --reason orphan");
      program.machine().run(String.join(" ", byHand), DEADLINE);
      Expect.equal(List.of(), program.mediated(), "slices in the kernel");
      return words;
    }
  }

  private static String mdevctl(LabContext lab) throws Exception {
    try (SliceProgram program = SliceProgram.start(lab, lab.shared(), EDU, "")) {
      UUID slice = UUID.randomUUID();
      program.ok(
          program.request(
              "create",
              slice(slice) + ",\"kind\":\"mdev\",\"type\":\"" + SMALL + "\",\"define\":true"));
      String running = program.machine().run("mdevctl list", DEADLINE);
      Expect.that(running.contains(slice.toString()), "mdevctl list: " + running);
      String defined = program.machine().run("mdevctl list -d", DEADLINE);
      Expect.that(
          defined.contains(slice.toString()) && defined.contains("manual"),
          "mdevctl list -d: " + defined);
      program.ok(program.request("remove", slice(slice)));
      String left = program.machine().run("mdevctl list; mdevctl list -d", DEADLINE);
      Expect.that(!left.contains(slice.toString()), "after its removal: " + left);
      return defined.strip().replace('\n', ' ');
    }
  }
}
