package ostler.lab.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import ostler.lab.DirectoryTree;
import ostler.lab.LabException;
import ostler.lab.stack.Card;
import ostler.lab.stack.DeviceMemory;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.Operator;
import ostler.lab.stack.Stack;

/** One scenario's own stack, with a card on it. */
final class StackRun implements AutoCloseable {

  static final String PROJECT = "team-a";

  private static final byte[] SECRET = "left by the tenant before".getBytes(StandardCharsets.UTF_8);

  private final Stack stack;
  private final Operator operator;
  private final Card card;
  private String unit = "";

  private StackRun(Stack stack, Card card) {
    this.stack = stack;
    this.card = card;
    operator = new Operator(stack);
  }

  /** Boots a host and an allocator that cleans nothing by itself; nothing is joined. */
  static StackRun boot(LabContext lab, String name, Card card) throws Exception {
    Path folder = lab.artifacts().toAbsolutePath().resolve(name + "-stack");
    DirectoryTree.delete(folder);
    Stack stack =
        Stack.boot(
            lab.image(),
            lab.options(name).withMemory(folder.resolve("memory")).withDisk(folder.resolve("disk")),
            folder,
            List.of("--no-auto-clean"));
    return new StackRun(stack, card);
  }

  /** The same with the host joined and the card admitted: dirty. */
  static StackRun admitted(LabContext lab, String name, Card card) throws Exception {
    StackRun run = boot(lab, name, card);
    boolean done = false;
    try {
      run.operator.join(card);
      run.unit = run.operator.admit(card);
      done = true;
      return run;
    } finally {
      if (!done) {
        run.close();
      }
    }
  }

  /** The same with the card clean, and offered to a project that may have one. */
  static StackRun offered(LabContext lab, String name, Card card) throws Exception {
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
  LibvirtTenant tenant(String name, int number) {
    return new LibvirtTenant(stack.machine(), name, number, card);
  }

  /** Leaves something in the card's memory, from outside. */
  void plantSecret() throws Exception {
    memory().plant(card.memory().memoryBytes() / 2, SECRET);
  }

  /** Whether that is still there. */
  boolean secretIsThere() throws Exception {
    return memory().count(SECRET) > 0;
  }

  /** The unit's presence as the allocator knows it. */
  String presence() throws Exception {
    return stack.unit(unit).path("presence").asString("");
  }

  @Override
  public void close() throws IOException, LabException {
    stack.close();
  }
}
