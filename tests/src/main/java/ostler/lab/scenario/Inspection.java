package ostler.lab.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import ostler.lab.GuestPci;
import ostler.lab.LabDevice;
import ostler.lab.LabMachine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * That {@code ostler inspect} shows what is there, by two others' word: lspci's and the kernel's.
 */
final class Inspection {

  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private static final String SYSFS =
      """
      cd /sys/bus/pci/devices
      for d in *; do
        link() { [ -e $d/$1 ] && basename $(readlink $d/$1); }
        read_file() { [ -e $d/$1 ] && cat $d/$1; }
        echo "$d|$(cat $d/class)|$(cat $d/vendor)|$(cat $d/device)|$(cat $d/revision)|$(link driver)\
      |$(link iommu_group)|$(cat $d/numa_node)|$(read_file reset_method)|$(read_file boot_vga)"
      done
      """;

  private Inspection() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.of(
            "inspect",
            "what ostler inspect shows of every function is what lspci and the kernel say",
            Inspection::inspect));
  }

  /** What all three say of a function, in words that can be compared. */
  private record Seen(String ids, String driver, String group, String node) {}

  private static String inspect(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    // A driver of the host's and one of vfio's, so that there is something to see of both.
    machine.run(
        "modprobe nvme; until [ -e " + LabDevice.NVME.sysfs() + "/driver ]; do sleep 0.1; done",
        DEADLINE);
    new GuestPci(machine).bindVfio(LabDevice.B2);
    JsonNode shown =
        new JsonMapper()
            .readTree(machine.run("/usr/lib/ostler/bin/ostler-inspect -o json", DEADLINE));
    Map<String, Seen> lspci = lspci(machine.run("lspci -D -n -k -vmm", DEADLINE));
    Map<String, Seen> sysfs = new TreeMap<>();
    Map<String, String> resets = new TreeMap<>();
    for (String line : machine.run(SYSFS, DEADLINE).lines().toList()) {
      String[] part = line.split("\\|", -1);
      sysfs.put(
          part[0],
          new Seen(
              part[1].substring(2, 6)
                  + " "
                  + hex(part[2])
                  + ":"
                  + hex(part[3])
                  + " "
                  + hex(part[4]),
              part[5],
              part[6],
              part[7].equals("-1") ? "" : part[7]));
      resets.put(part[0], (part[8] + (part[9].equals("1") ? " boot display" : "")).strip());
    }
    Expect.equal(sysfs, lspci, "what lspci says, beside sysfs");
    Expect.equal(sysfs, functions(shown), "what ostler inspect says, beside sysfs");
    Expect.equal(resets, resets(shown), "reset methods and boot display");
    machine.run("rmmod nvme", DEADLINE);
    new GuestPci(machine).unbind(LabDevice.B2);
    return sysfs.size()
        + " functions: class, ids, revision, driver, group and node as lspci and sysfs say, reset"
        + " methods and boot display as sysfs says";
  }

  private static Map<String, Seen> functions(JsonNode shown) {
    Map<String, Seen> seen = new TreeMap<>();
    for (JsonNode f : shown.path("functions")) {
      String ids =
          "%s %s:%s %s"
              .formatted(
                  text(f, "class").substring(2, 6),
                  text(f, "vendor"),
                  text(f, "device"),
                  text(f, "revision"));
      seen.put(
          text(f, "address"),
          new Seen(ids, text(f, "driver"), text(f, "group"), text(f, "numa_node")));
    }
    return seen;
  }

  private static Map<String, String> resets(JsonNode shown) {
    Map<String, String> resets = new TreeMap<>();
    for (JsonNode f : shown.path("functions")) {
      String methods =
          StreamSupport.stream(f.path("reset_methods").spliterator(), false)
              .map(JsonNode::asString)
              .collect(Collectors.joining(" "));
      boolean boot = f.path("boot_display").asBoolean();
      resets.put(text(f, "address"), (methods + (boot ? " boot display" : "")).strip());
    }
    return resets;
  }

  /** One function in a block of lines, each with a name, a colon, a tab and a value. */
  private static Map<String, Seen> lspci(String text) {
    Map<String, Seen> seen = new TreeMap<>();
    for (String block : text.split("\n\n")) {
      Map<String, String> of = new TreeMap<>();
      block.lines().map(l -> l.split(":\t", 2)).forEach(pair -> of.put(pair[0], pair[1]));
      String ids =
          "%s %s:%s %s"
              .formatted(
                  of.get("Class"),
                  of.get("Vendor"),
                  of.get("Device"),
                  of.getOrDefault("Rev", "00"));
      seen.put(
          of.get("Slot"),
          new Seen(
              ids,
              of.getOrDefault("Driver", ""),
              of.getOrDefault("IOMMUGroup", ""),
              of.getOrDefault("NUMANode", "")));
    }
    return seen;
  }

  private static String text(JsonNode function, String field) {
    return function.path(field).asString("");
  }

  private static String hex(String text) {
    return text.startsWith("0x") ? text.substring(2) : text;
  }
}
