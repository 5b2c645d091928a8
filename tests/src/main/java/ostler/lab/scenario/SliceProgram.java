package ostler.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import ostler.lab.LabModule;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ostler's root program for slices in a machine whose kernel makes some, with the guard at work. It
 * is asked as the agent asks it. When it is closed, the machine is as if it had never been there.
 */
final class SliceProgram implements AutoCloseable {

  static final Duration DEADLINE = RootProgram.DEADLINE;

  static final String PROGRAM = "/usr/lib/ostler/bin/ostler-mdev";
  private static final JsonMapper JSON = new JsonMapper();

  private final LabMachine machine;
  private final LabDevice parent;
  private final boolean ownGuard;
  private long fence = System.nanoTime();

  private SliceProgram(LabMachine machine, LabDevice parent, boolean ownGuard) {
    this.machine = machine;
    this.parent = parent;
    this.ownGuard = ownGuard;
  }

  /** Lists the device as one that may be touched, loads the lab's module, and starts the guard. */
  static SliceProgram start(LabContext lab, LabMachine machine, LabDevice parent, String parameters)
      throws IOException, InterruptedException, LabException {
    load(lab, machine, parent, parameters);
    LabGuard.start(machine);
    return new SliceProgram(machine, parent, true);
  }

  /** As {@link #start}, where the program for whole devices is at work, and so the guard too. */
  static SliceProgram beside(
      RootProgram program, LabContext lab, LabMachine machine, LabDevice parent, String parameters)
      throws IOException, InterruptedException, LabException {
    Expect.that(program.state().isArray(), "the program for whole devices answers");
    String devices = machine.run("cat /etc/ostler/devices", DEADLINE);
    load(lab, machine, parent, parameters);
    machine.run("cat >>/etc/ostler/devices <<'END'\n" + devices + "\nEND", DEADLINE);
    return new SliceProgram(machine, parent, false);
  }

  /** For another device of the same machine. */
  SliceProgram and(LabDevice other) throws IOException, InterruptedException, LabException {
    machine.run("echo " + other.address() + " >>/etc/ostler/devices", DEADLINE);
    return new SliceProgram(machine, other, false);
  }

  private static void load(LabContext lab, LabMachine machine, LabDevice parent, String parameters)
      throws IOException, InterruptedException, LabException {
    LabModule module = lab.module();
    machine.run(
        """
        install -d -m 755 /etc/ostler
        echo %s >/etc/ostler/devices
        chmod 644 /etc/ostler/devices
        """
            .formatted(parent.address()),
        DEADLINE);
    module.load(machine, parameters);
  }

  LabMachine machine() {
    return machine;
  }

  /** Binds the parent to the lab's driver for physical functions. */
  void bindPhysicalFunction() throws IOException, InterruptedException, LabException {
    bindPhysicalFunction("ostler_lab_pf");
  }

  /** The same, where the driver was given another name. */
  void bindPhysicalFunction(String driver) throws IOException, InterruptedException, LabException {
    machine.run(
        """
        cd %s; echo %s >driver_override
        echo %s >/sys/bus/pci/drivers_probe
        [ -e driver ]
        """
            .formatted(parent.sysfs(), driver, parent.address()),
        DEADLINE);
  }

  /** A request of this program; {@code more} is further fields, each with a comma before it. */
  String request(String verb, String more) {
    boolean order = !verb.equals("list") && !verb.equals("restore");
    return "{\"v\":1,\"verb\":\"%s\",\"op\":\"%s\",\"parent\":\"%s\"%s%s}"
        .formatted(
            verb,
            UUID.randomUUID(),
            parent.address(),
            order ? ",\"fence\":{\"epoch\":1,\"number\":" + fence++ + "}" : "",
            more);
  }

  /** An order to make a mediated device. */
  String create(UUID slice, String type) {
    return request("create", slice(slice) + ",\"kind\":\"mdev\",\"type\":\"" + type + '"');
  }

  /** The field that names a slice. */
  static String slice(UUID slice) {
    return ",\"slice\":\"" + slice + '"';
  }

  /** One run. */
  JsonNode ask(String request) throws IOException, InterruptedException, LabException {
    GuestResult result = machine.exec(PROGRAM + " <<'END'\n" + request + "\nEND\n", DEADLINE);
    return JSON.readTree(result.out());
  }

  /** A run that has to go well. */
  JsonNode ok(String request) throws IOException, InterruptedException, LabException {
    JsonNode answer = ask(request);
    Expect.that(answer.path("ok").asBoolean(), request + " has to succeed, but: " + answer);
    return answer;
  }

  /** A run that has to be refused with this code; its sentence. */
  String refused(String code, String request)
      throws IOException, InterruptedException, LabException {
    JsonNode answer = ask(request);
    Expect.equal(code, answer.path("code").asString(""), request + " is refused: " + answer);
    return answer.path("message").asString();
  }

  /** An order to let a domain of this name have a slice. */
  String permit(UUID slice, String consumer) {
    return request("permit", slice(slice) + RootProgram.claim(consumer));
  }

  /** The number of a mediated device's IOMMU group. */
  String group(UUID slice) throws IOException, InterruptedException, LabException {
    return machine.run(
        "basename $(readlink /sys/bus/mdev/devices/" + slice + "/iommu_group)", DEADLINE);
  }

  /** What root hears who opens a vfio group; nothing where it is let in. */
  String open(String group) throws IOException, InterruptedException, LabException {
    return machine.exec("( exec 3<>/dev/vfio/" + group + " ) 2>&1", DEADLINE).out().strip();
  }

  /** The kernel lets nobody open this group, since the guard has it. */
  void requireShut(String group) throws IOException, InterruptedException, LabException {
    String words = open(group);
    Expect.that(words.contains("Device or resource busy"), "group " + group + ": " + words);
  }

  /** What the program says of the parent. */
  JsonNode list() throws IOException, InterruptedException, LabException {
    return ok(request("list", "")).path("parents").path(0);
  }

  /** How many more slices of a type it says that can be made. */
  int available(String type) throws IOException, InterruptedException, LabException {
    return StreamSupport.stream(list().path("offers").spliterator(), false)
        .filter(offer -> offer.path("type").asString("").equals(type))
        .mapToInt(offer -> offer.path("available").asInt())
        .sum();
  }

  /** The mediated devices that the kernel has. */
  List<String> mediated() throws IOException, InterruptedException, LabException {
    return machine.run("ls /sys/bus/mdev/devices", DEADLINE).lines().sorted().toList();
  }

  @Override
  public void close() throws IOException, LabException {
    try {
      if (ownGuard) {
        LabGuard.kill(machine);
      }
      machine.run(
          """
          for slice in /sys/bus/mdev/devices/*; do
            [ ! -e $slice/remove ] || echo 1 >$slice/remove
          done
          cd %1$s
          [ ! -e virtfn0 ] || echo 0 >sriov_numvfs
          [ ! -e driver ] || echo %2$s >driver/unbind
          echo >driver_override
          [ ! -e sriov_drivers_autoprobe ] || echo 1 >sriov_drivers_autoprobe
          until rmmod ostler_lab; do sleep 0.1; done
          rm -rf /var/lib/ostler/mdev /etc/mdevctl.d/%2$s /etc/ostler/slices /run/lock/ostler
          [ %3$s = false ] || rm -rf /run/ostler
          """
              .formatted(parent.sysfs(), parent.address(), ownGuard),
          DEADLINE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while the lab's module was unloaded", e);
    }
  }
}
