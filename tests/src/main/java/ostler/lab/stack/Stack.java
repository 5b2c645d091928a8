package ostler.lab.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import ostler.lab.LabException;
import ostler.lab.LabImage;
import ostler.lab.LabMachine;
import ostler.lab.MachineOptions;
import tools.jackson.databind.JsonNode;

/** Allocator, operator's command and GPU host together, and what one has to do to join them. */
public final class Stack implements AutoCloseable {

  private static final Duration HOST_UP_DEADLINE = Duration.ofMinutes(3);

  private final Allocator allocator;
  private final LabMachine machine;
  private final GpuHost host;

  private Stack(Allocator allocator, LabMachine machine) {
    this.allocator = allocator;
    this.machine = machine;
    this.host = new GpuHost(machine);
  }

  /**
   * Boots the host with the programs and starts an allocator beside it; nothing is joined yet.
   *
   * @param options of the machine; Ostler's programs are added if it has none
   * @param folder for the programs and the allocator's data; the caller's to delete
   * @param allocatorOptions more words behind {@code ostler up}
   */
  public static Stack boot(
      LabImage image, MachineOptions options, Path folder, List<String> allocatorOptions)
      throws IOException, InterruptedException, LabException {
    SourceTree tree = SourceTree.ofThisProgram();
    Allocator allocator = Allocator.start(tree, folder.resolve("allocator"), allocatorOptions);
    LabMachine machine = null;
    try {
      machine = LabMachine.boot(image, withPrograms(options, tree, folder));
      allocator.awaitReady();
      return new Stack(allocator, machine);
    } catch (IOException | LabException | InterruptedException e) {
      if (machine != null) {
        machine.close();
      }
      allocator.close();
      throw e;
    }
  }

  private static MachineOptions withPrograms(MachineOptions options, SourceTree tree, Path folder)
      throws IOException, LabException {
    if (options.programs().isPresent()) {
      return options;
    }
    Path programs = folder.resolve("programs");
    tree.stageHostPrograms(programs);
    return options.withPrograms(programs);
  }

  /** The allocator outside. */
  public Allocator allocator() {
    return allocator;
  }

  /** The operator's command, for the allocator outside. */
  public OperatorCommand command() {
    return allocator.command();
  }

  /** The host inside. */
  public GpuHost host() {
    return host;
  }

  /** The machine that the host is. */
  public LabMachine machine() {
    return machine;
  }

  /** Lets the host join with a token, and returns when the allocator calls it up. */
  public void join(String token, List<String> devices)
      throws IOException, InterruptedException, LabException {
    host.allowDevices(devices);
    host.configureAgent(allocator.port());
    host.giveJoinToken(token);
    host.startGuard();
    host.startAgent();
    awaitHostUp();
  }

  /** Returns when the host's agent has reported. */
  public void awaitHostUp() throws IOException, InterruptedException, LabException {
    try {
      Waiting.until(
          GpuHost.NAME + " is up",
          HOST_UP_DEADLINE,
          () -> allocator.get("/v1/hosts/" + GpuHost.NAME).path("state").asString("").equals("up"));
    } catch (LabException e) {
      throw new LabException(e.getMessage() + "\n" + host.logTails(), e);
    }
  }

  /** A unit as the allocator sees it now. */
  public JsonNode unit(String id) throws IOException, LabException {
    return allocator.get("/v1/units/" + id);
  }

  /** A card's memory, seen from outside the guest. */
  public DeviceMemory memory(Card card) {
    return new DeviceMemory(machine.memory(card.memory()));
  }

  /** Ends everything at once. */
  @Override
  public void close() throws IOException, LabException {
    try {
      machine.close();
    } finally {
      allocator.close();
    }
  }
}
