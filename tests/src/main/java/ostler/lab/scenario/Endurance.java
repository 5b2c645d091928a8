package ostler.lab.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.lab.DirectoryTree;
import ostler.lab.LabMachine;
import ostler.lab.Programs;
import ostler.lab.stack.Allocator;
import ostler.lab.stack.Card;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.SourceTree;
import ostler.lab.stack.Waiting;

/** What takes minutes, since it runs emulated inside the emulated host. */
final class Endurance {

  /** Files alone: the web server's own folder lies beside them, and holds nothing to keep. */
  private static final String FILES =
      "find /persist/allocator/data -maxdepth 1 -type f -printf '%f\\n'";

  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final Duration SLOW_START = Duration.ofMinutes(10);
  private static final Duration NESTED_BOOT = Duration.ofMinutes(10);
  private static final int OFFSET = 0x4000;
  private static final int VALUE = 0x0ff5e751;
  private static final int CALLERS = 3;
  private static final int ENOUGH_ACKNOWLEDGED = 60;
  private static final Pattern ACKNOWLEDGED = Pattern.compile("acknowledged (load-\\d+-\\d+) end");

  private Endurance() {}

  static List<Scenario> scenarios() {
    return List.of(
        StackRun.scenario(
            "full-linux-tenant",
            "a nested Linux starts through claim, libvirt and hook, and what it left is wiped",
            Endurance::linux),
        StackRun.scenario(
            "allocator-in-guest-power-cut",
            "an allocator whose machine loses power under load has lost nothing acknowledged",
            Endurance::powerCut));
  }

  private static String linux(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    LabMachine machine = run.stack().machine();
    machine.run(LinuxTenant.INITRAMFS.formatted(OFFSET, VALUE), DEADLINE);
    LibvirtTenant tenant = LibvirtTenant.linux(machine, "full-linux", Card.B2, "/tmp/tenant.gz");
    String claim = run.operator().claim(StackRun.PROJECT, tenant);
    tenant.define();
    machine.run("virsh start full-linux", DEADLINE);
    run.operator().await(run.unit(), "IN_USE");
    machine.run(
        "until virsh domstate full-linux | grep -q 'shut off'; do sleep 1; done", NESTED_BOOT);
    byte[] left = littleEndian(VALUE);
    Expect.equal(1, run.memory().count(left), "the value in the memory outside");
    run.operator().release(claim);
    run.makeReady();
    Expect.equal(0, run.memory().count(left), "the value in the memory outside, after the wipe");
    return "its value was seen outside at 0x" + Integer.toHexString(OFFSET) + ", and wiped";
  }

  private static byte[] littleEndian(int value) {
    return java.nio.ByteBuffer.allocate(Integer.BYTES)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(value)
        .array();
  }

  private static String powerCut(LabContext lab) throws Exception {
    Path folder = lab.artifacts().toAbsolutePath().resolve("allocator-in-guest");
    DirectoryTree.delete(folder);
    SourceTree tree = SourceTree.ofThisProgram();
    Path programs = Programs.stage(tree.home(), folder.resolve("programs"));
    DirectoryTree.copy(
        tree.home().resolve("allocator/server/target/app"), programs.resolve("allocator"));
    List<String> acknowledged;
    try (LabMachine machine =
        lab.fresh(
            lab.options("allocator-in-guest")
                .withPrograms(programs)
                .withDisk(folder.resolve("disk")))) {
      machine.run("mkdir -p /persist/allocator", DEADLINE);
      machine.spawn(
          "allocator",
          "exec java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto"
              + " -cp '/usr/lib/ostler/allocator/*' ostler.allocator.Main --port 7878"
              + " --data /persist/allocator/data");
      Waiting.until(
          "the allocator in the guest answers",
          SLOW_START,
          () -> machine.exec("exec 3<>/dev/tcp/127.0.0.1/7878", DEADLINE).succeeded());
      for (int caller = 0; caller < CALLERS; caller++) {
        machine.spawn("load-" + caller, LOAD.replace("CALLER", caller + ""));
      }
      Waiting.until(
          "enough calls are acknowledged",
          SLOW_START,
          () -> acknowledged(machine.consoleLog()).size() >= ENOUGH_ACKNOWLEDGED);
      machine.powerCut();
      acknowledged = acknowledged(machine.consoleLog());
      machine.powerOn();
      fetch(machine, folder.resolve("outside/data"));
    }
    List<String> lost = lost(tree, folder.resolve("outside"), acknowledged);
    Expect.equal(List.of(), lost, "projects acknowledged and not there");
    return acknowledged.size() + " acknowledged calls before the power was cut, none lost";
  }

  private static List<String> acknowledged(String console) {
    List<String> names = new ArrayList<>();
    Matcher line = ACKNOWLEDGED.matcher(console);
    while (line.find()) {
      names.add(line.group(1));
    }
    return names;
  }

  /** Brings the database out of the guest, where a JVM is slow. */
  private static void fetch(LabMachine machine, Path data) throws Exception {
    Files.createDirectories(data, only("rwx------"));
    for (String file : machine.run(FILES, DEADLINE).lines().toList()) {
      String text = machine.run("base64 -w0 '/persist/allocator/data/" + file + "'", DEADLINE);
      Files.write(
          Files.createFile(data.resolve(file), only("rw-------")),
          Base64.getDecoder().decode(text));
    }
  }

  /** The allocator does not start where others may read its token. */
  private static FileAttribute<?> only(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  private static List<String> lost(SourceTree tree, Path folder, List<String> acknowledged)
      throws Exception {
    List<String> lost = new ArrayList<>();
    try (Allocator allocator = Allocator.start(tree, folder, List.of("--no-auto-clean"))) {
      allocator.awaitReady();
      for (String project : acknowledged) {
        if (allocator.call("GET", "/v1/projects/" + project, "") != 200) {
          lost.add(project);
        }
      }
    }
    return lost;
  }

  /** One caller in the guest: HTTP by hand, and each acknowledgement on the console outside. */
  private static final String LOAD =
      """
      token=$(cat /persist/allocator/data/admin.token)
      number=0
      while :; do
        name=load-CALLER-$((number++)); body='{"name":"load"}'
        exec 3<>/dev/tcp/127.0.0.1/7878 || continue
        printf 'PUT /v1/projects/%s HTTP/1.1\\r\\nHost: x\\r\\nAuthorization: Bearer %s\\r\\n' \\
          "$name" "$token" >&3
        printf 'Content-Type: application/json\\r\\nContent-Length: %d\\r\\n' ${#body} >&3
        printf 'Connection: close\\r\\n\\r\\n%s' "$body" >&3
        read -r -t 60 version status rest <&3
        case $status in 200|201) echo "acknowledged $name end" >/dev/console ;; esac
        exec 3>&-
      done
      """;
}
