package ostler.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ostler's root program in a machine, installed as on a host, with its guard at work. It is asked
 * as the agent asks it: one request on standard input, one line back. When it is closed, the
 * machine is as if it had never been there.
 */
final class RootProgram implements AutoCloseable {

  /** Generous, since a JVM takes seconds to start in an emulated machine that others make busy. */
  static final Duration DEADLINE = Duration.ofMinutes(3);

  /** A minute or two on an idle machine, for the longest; many JVMs start in it. */
  static final Duration SCENARIO_DEADLINE = Duration.ofMinutes(12);

  static final String PROGRAM = "/usr/lib/ostler/bin/ostler-vfio";

  private static final JsonMapper JSON = new JsonMapper();

  private final LabMachine machine;

  /** Fences of one boot only ever rise. */
  private long fence = System.nanoTime();

  private RootProgram(LabMachine machine) {
    this.machine = machine;
  }

  /** Installs it, lists the lab's cards as those that may be touched, and starts the guard. */
  static RootProgram start(LabMachine machine)
      throws IOException, InterruptedException, LabException {
    machine.run(
        """
        install -d -m 755 /etc/ostler /etc/sudoers.d
        printf '%s\\n' 1002:5046 8086:293e 1af4:1110 1234:1111 1b36:0010 >/etc/ostler/devices
        chmod 644 /etc/ostler/devices
        install -m 440 /usr/lib/ostler/sudoers.d/ostler /etc/sudoers.d/ostler
        modprobe vfio-pci
        """,
        DEADLINE);
    RootProgram program = new RootProgram(machine);
    program.startGuard();
    return program;
  }

  /** Starts the guard, and waits until it listens. */
  void startGuard() throws IOException, InterruptedException, LabException {
    LabGuard.start(machine);
  }

  /** Ends the guard as a crash would. */
  void killGuard() throws IOException, InterruptedException, LabException {
    LabGuard.kill(machine);
  }

  /** A request's text; {@code more} is further fields, each with a comma before it. */
  String request(String verb, List<LabDevice> members, String more) {
    String addresses =
        members.stream().map(d -> '"' + d.address() + '"').collect(Collectors.joining(","));
    return "{\"v\":1,\"verb\":\"%s\",\"op\":\"%s\",\"members\":[%s]%s%s}"
        .formatted(
            verb,
            UUID.randomUUID(),
            addresses,
            verb.equals("holders") ? "" : ",\"fence\":{\"epoch\":1,\"number\":" + fence++ + "}",
            more);
  }

  /** One run of the program as root; the answer. */
  JsonNode ask(String verb, List<LabDevice> members, String more)
      throws IOException, InterruptedException, LabException {
    return ask(request(verb, members, more), PROGRAM);
  }

  /** One run with a request and a command line of the caller's choice. */
  JsonNode ask(String request, String command)
      throws IOException, InterruptedException, LabException {
    GuestResult result = machine.exec("echo '" + request + "' | " + command, DEADLINE);
    List<String> lines = result.out().lines().toList();
    Expect.that(lines.size() == 1, "the answer is one line, but: " + result);
    JsonNode answer = JSON.readTree(lines.get(0));
    Expect.equal(answer.path("ok").asBoolean(), result.succeeded(), "exit code and answer");
    return answer;
  }

  /** A run that has to go well. */
  JsonNode ok(String verb, LabDevice... members)
      throws IOException, InterruptedException, LabException {
    return okWith(verb, "", members);
  }

  /** A run with further fields that has to go well. */
  JsonNode okWith(String verb, String more, LabDevice... members)
      throws IOException, InterruptedException, LabException {
    JsonNode answer = ask(verb, Arrays.asList(members), more);
    Expect.that(answer.path("ok").asBoolean(), verb + " has to succeed, but: " + answer);
    return answer;
  }

  /** A run that has to be refused with this code. */
  JsonNode refused(String code, String verb, LabDevice... members)
      throws IOException, InterruptedException, LabException {
    return refusedWith(code, verb, "", members);
  }

  /** A run with further fields that has to be refused with this code. */
  JsonNode refusedWith(String code, String verb, String more, LabDevice... members)
      throws IOException, InterruptedException, LabException {
    JsonNode answer = ask(verb, Arrays.asList(members), more);
    Expect.equal(code, answer.path("code").asString(""), verb + " is refused: " + answer);
    return answer;
  }

  /** Lets a consumer have a unit. */
  JsonNode permit(String consumer, LabDevice... members)
      throws IOException, InterruptedException, LabException {
    return okWith("permit", claim(consumer), members);
  }

  /** The field of a claim whose consumer is a domain of this name. */
  static String claim(String consumer) {
    return ",\"claim\":{\"id\":\"%s\",\"project\":\"lab\",\"consumer\":{\"source\":\"libvirt\",\"type\":\"domain\",\"id\":\"%s\"}}"
        .formatted(
            UUID.nameUUIDFromBytes(consumer.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            consumer);
  }

  /** What the guard says of itself, asked by its own program's status. */
  JsonNode state() throws IOException, InterruptedException, LabException {
    return ask("{\"v\":1,\"verb\":\"state\",\"op\":\"" + UUID.randomUUID() + "\"}", PROGRAM)
        .path("managed");
  }

  /** How a device is: what has to be the same again after it was given back. */
  String settings(LabDevice... devices) throws IOException, InterruptedException, LabException {
    StringBuilder script = new StringBuilder();
    for (LabDevice device : devices) {
      script
          .append("cd ")
          .append(device.sysfs())
          .append("; echo $PWD $(basename \"$(readlink driver)\") $(cat driver_override")
          .append(" power/control d3cold_allowed)\n");
    }
    return machine.run(script.toString(), DEADLINE);
  }

  @Override
  public void close() throws IOException, LabException {
    try {
      killGuard();
      machine.run(
          "rm -rf /var/lib/ostler/vfio/* /var/lib/ostler/vfio-managed /run/ostler /run/lock/ostler",
          DEADLINE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while the guard was ending", e);
    }
  }
}
