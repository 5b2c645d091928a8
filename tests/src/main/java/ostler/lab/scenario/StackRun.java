package ostler.lab.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import ostler.lab.DirectoryTree;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.stack.Card;
import ostler.lab.stack.DeviceMemory;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.Operator;
import ostler.lab.stack.Stack;
import ostler.lab.stack.Waiting;

/** One scenario's own stack, with a card on it. */
final class StackRun implements AutoCloseable {

  static final String PROJECT = "team-a";

  private static final Duration SCENARIO_DEADLINE = Duration.ofMinutes(20);
  private static final Duration PRESENCE_DEADLINE = Duration.ofMinutes(5);

  /** The root port of card B2; the only one that scenarios pull out. */
  private static final String B2_PORT = "port3";

  private static final byte[] SECRET = "left by the tenant before".getBytes(StandardCharsets.UTF_8);

  private final Stack stack;
  private final Operator operator;
  private final Card card;
  private String unit = "";
  private int tenants;
  private int plugs;

  private StackRun(Stack stack, Card card) {
    this.stack = stack;
    this.card = card;
    operator = new Operator(stack);
  }

  /**
   * A scenario on a stack; the first of them also boots it, which takes minutes on a busy machine.
   */
  static Scenario scenario(String name, String proves, Scenario.Body body) {
    return new Scenario(name, proves, SCENARIO_DEADLINE, body);
  }

  /** Boots a host and an allocator that cleans nothing by itself; nothing is joined. */
  static StackRun boot(LabContext lab, String name, Card card)
      throws IOException, InterruptedException, LabException {
    Path folder = lab.artifacts().toAbsolutePath().resolve(name + "-stack");
    DirectoryTree.delete(folder);
    long start = System.nanoTime();
    Stack stack =
        Stack.boot(
            lab.image(),
            lab.options(name).withMemory(folder.resolve("memory")).withDisk(folder.resolve("disk")),
            folder,
            List.of("--no-auto-clean"));
    lab.times().done("stacks started", start);
    return new StackRun(stack, card);
  }

  /** The same with the host joined and the card admitted: dirty. */
  static StackRun admitted(LabContext lab, String name, Card card)
      throws IOException, InterruptedException, LabException {
    StackRun run = boot(lab, name, card);
    boolean done = false;
    try {
      long start = System.nanoTime();
      run.operator.join(card);
      run.unit = run.operator.admit(card);
      lab.times().done("hosts joined", start);
      done = true;
      return run;
    } finally {
      if (!done) {
        run.close();
      }
    }
  }

  /** The same with the card clean, and offered to a project that may have one. */
  static StackRun offered(LabContext lab, String name, Card card)
      throws IOException, InterruptedException, LabException {
    StackRun run = admitted(lab, name, card);
    boolean done = false;
    try {
      run.operator.clean(run.unit, "L3");
      run.operator.offer(card, PROJECT, 1);
      done = true;
      return run;
    } finally {
      if (!done) {
        run.close();
      }
    }
  }

  /** Joins the host and admits a card that somebody holds already; it stays as it is. */
  void admitHeld() throws IOException, InterruptedException, LabException {
    operator.join(card);
    unit = operator.admitHeld(card);
    operator.offer(card, PROJECT, 1);
  }

  Stack stack() {
    return stack;
  }

  Operator operator() {
    return operator;
  }

  String unit() {
    return unit;
  }

  DeviceMemory memory() {
    return stack.memory(card);
  }

  /** Another tenant for the card. */
  LibvirtTenant tenant(String name) {
    tenants++;
    return new LibvirtTenant(stack.machine(), name, tenants, card);
  }

  /** The claim that the unit has now, empty where it has none. */
  String claim() throws IOException, LabException {
    return stack.unit(unit).path("claim").asString("");
  }

  /** Pulls the card out; only a card of one function. */
  void unplug() throws IOException, LabException {
    stack.machine().deviceDel(card.memory().qemuId());
  }

  /**
   * Puts it back into its slot, with the same memory: the same file behind another object, since
   * QEMU lets a memory object serve one device only, even after that is gone.
   */
  void plug() throws IOException, LabException {
    plugs++;
    String id = card.memory().qemuId();
    String object = "memory-" + id + "-" + plugs;
    stack
        .machine()
        .qmp(
            "object-add",
            Map.of(
                "qom-type",
                "memory-backend-file",
                "id",
                object,
                "share",
                true,
                "size",
                card.memory().memoryBytes(),
                "mem-path",
                memory().file().toString()));
    stack
        .machine()
        .deviceAdd(Map.of("driver", "ivshmem-plain", "id", id, "memdev", object, "bus", B2_PORT));
  }

  /** Returns when the allocator says so of the unit. */
  void awaitPresence(String presence) throws IOException, InterruptedException, LabException {
    Waiting.until(
        "the unit is " + presence,
        PRESENCE_DEADLINE,
        () -> stack.unit(unit).path("presence").asString("").equals(presence));
  }

  /** Returns when the host says of the unit that it is in the phase, or has the problem. */
  void awaitSaid(String field, String word) throws IOException, InterruptedException, LabException {
    Waiting.until(
        "the host says " + word + " of the unit",
        PRESENCE_DEADLINE,
        () -> stack.unit(unit).path("observed").at(field).asString("").equals(word));
  }

  /** Returns when all of the card is on vfio, as it rests. */
  void awaitBound() throws IOException, InterruptedException, LabException {
    for (LabDevice function : card.functions()) {
      stack
          .machine()
          .run(
              "until [ \"$(basename \"$(readlink "
                  + function.sysfs()
                  + "/driver)\")\" = vfio-pci ]; do sleep 0.1; done",
              PRESENCE_DEADLINE);
    }
  }

  /** Leaves something in the card's memory, from outside. */
  void plantSecret() throws IOException {
    memory().plant(card.memory().memoryBytes() / 2, SECRET);
  }

  /** Whether that is still there. */
  boolean secretIsThere() throws IOException {
    return memory().count(SECRET) > 0;
  }

  /** Brings the card back to clean, and to the one project that may have it. */
  void makeReady() throws IOException, InterruptedException, LabException {
    if (!operator.state(unit).equals("CLEAN")) {
      operator.clean(unit, "L3");
    }
  }

  /** Ends the stack; what its programs in the guest wrote last stays with the machine's logs. */
  @Override
  public void close() throws IOException, LabException {
    try {
      Files.writeString(stack.machine().logs().resolve("guest.log"), stack.host().logTails());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (LabException e) {
      Files.writeString(stack.machine().logs().resolve("guest.log"), "none: " + e.getMessage());
    } finally {
      stack.close();
    }
  }
}
