package ostler.vfio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import ostler.pci.PciAddress;
import ostler.root.AddressFolder;
import ostler.root.DurableFile;
import ostler.root.KernelException;
import ostler.root.Layout;
import ostler.root.OwnFile;
import ostler.root.Refusal;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * What this program was about to do when it may have been killed. Each unit has a file that holds
 * its last operation alone: a line of intent, a line before each step, and a line when it is over.
 * A line is on disk before the step is done.
 */
final class Journal {

  private final AddressFolder folder;

  Journal(Layout layout) {
    this.folder = new AddressFolder(layout.vfioState().resolve("journal"));
  }

  /** An operation that was begun, with the steps that may have been done. */
  record Unfinished(Verb verb, Members members, List<JournalStep> steps) {
    Unfinished {
      steps = List.copyOf(steps);
    }
  }

  /** The operation that is being done. */
  static final class Open {

    private final DurableFile file;

    private Open(DurableFile file) {
      this.file = file;
    }

    /** Says that a step will be done next. */
    void step(JournalStep.Kind kind, PciAddress device) throws Refusal {
      step(new JournalStep(kind, device));
    }

    /** As {@link #step(JournalStep.Kind, PciAddress)}, with what it will change. */
    void step(JournalStep step) throws Refusal {
      append(out -> JournalJson.writeStep(step, out));
    }

    /** Says that nothing is left to be done, whether it went well or was undone. */
    void finish() throws Refusal {
      append(JournalJson::writeEnd);
    }

    private void append(Consumer<JsonWriter> fields) throws Refusal {
      try {
        file.append(line(fields));
      } catch (IOException e) {
        throw OwnFile.unwritable(file, e);
      }
    }
  }

  /** What is done under a journal. */
  @FunctionalInterface
  interface Work<T> {
    T run(Open open) throws Refusal, KernelException;
  }

  /**
   * Does the work between the first line and the last. A refusal ends it like success; what the
   * kernel refused by surprise, and of course a kill, leave it to be put right before the next
   * verb.
   */
  <T> T during(Order order, Work<T> work) throws Refusal, KernelException {
    Open open = begin(order);
    try {
      T result = work.run(open);
      open.finish();
      return result;
    } catch (Refusal e) {
      open.finish();
      throw e;
    }
  }

  /** Begins an operation; the one before it must be over. */
  Open begin(Order order) throws Refusal {
    DurableFile file = folder.file(order.members().first());
    try {
      folder.prepare();
      file.replace(line(out -> JournalJson.writeIntent(order, out)));
      return new Open(file);
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  /** Goes on with an unfinished operation, behind its last whole line. */
  Open resume(Unfinished operation) throws Refusal {
    DurableFile file = folder.file(operation.members().first());
    try {
      String text = new String(file.read().orElseThrow(), StandardCharsets.UTF_8);
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      if (whole.length() < text.length()) {
        file.replace(whole.getBytes(StandardCharsets.UTF_8));
      }
      return new Open(file);
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  /** The operations on any of these devices that are not over. */
  List<Unfinished> unfinished(Members members) throws Refusal {
    List<Unfinished> found = new ArrayList<>();
    for (PciAddress first : OwnFile.addresses(folder)) {
      readFor(members, first).ifPresent(found::add);
    }
    return found;
  }

  /** A journal that cannot be read stops its own unit alone. */
  private Optional<Unfinished> readFor(Members members, PciAddress first) throws Refusal {
    try {
      return read(folder.file(first))
          .filter(operation -> operation.members().shareAnyWith(members));
    } catch (Refusal e) {
      if (members.addresses().contains(first)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static byte[] line(Consumer<JsonWriter> fields) {
    return (Json.write(fields) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The file's operation, empty if it is over. A last line without its end was never acted on. */
  private static Optional<Unfinished> read(DurableFile file) throws Refusal {
    try {
      String text = new String(file.read().orElse(new byte[0]), StandardCharsets.UTF_8);
      List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
      if (lines.isEmpty()) {
        return Optional.empty();
      }
      List<JournalStep> steps = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        Optional<JournalStep> step = Json.read(line, JsonLimits.MESSAGE, JournalJson::step);
        if (step.isEmpty()) {
          return Optional.empty();
        }
        steps.add(step.get());
      }
      return Optional.of(
          Json.read(lines.get(0), JsonLimits.MESSAGE, in -> JournalJson.unfinished(steps, in)));
    } catch (IOException | WireException e) {
      throw OwnFile.unreadable(file, e);
    }
  }
}
