package ostler.nvml;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ostler.inventory.SlicePlacement;
import ostler.pci.PciAddress;

/**
 * What the binding promises, proved against a library that behaves as NVML does: {@link FakeNvml},
 * or {@code stub.c} beside this class, built elsewhere. The files in a folder say how it behaves.
 */
public final class StubContract {

  private static final PciAddress CARD = PciAddress.parse("0001:3b:00.0");
  private static final PciAddress PLAIN = PciAddress.parse("0000:41:00.0");

  private final NvmlLibrary library;
  private final Path folder;
  private final List<String> proved = new ArrayList<>();

  private StubContract(NvmlLibrary library, Path folder) {
    this.library = library;
    this.folder = folder;
  }

  /**
   * Prints a line for each promise that was kept, and fails at the first that was not.
   *
   * @param args a library that a compiler made, in a folder that this may write
   */
  public static void main(String[] args) throws IOException, NvmlException {
    Path built = Path.of(args[0]);
    StubContract contract = new StubContract(NvmlLibrary.at(built), built.getParent());
    contract.structs(built);
    contract.all();
    contract.older();
    contract.proved.forEach(System.out::println);
  }

  /** Proves all that holds of any such library; answers the promises. */
  static List<String> prove(NvmlLibrary library, Path folder) throws IOException, NvmlException {
    StubContract contract = new StubContract(library, folder);
    contract.all();
    return contract.proved;
  }

  private void all() throws IOException, NvmlException {
    write("faults", "");
    write("processes", "");
    Files.deleteIfExists(folder.resolve("state"));
    write(
        "devices",
        """
        0001:3b:00.0 GPU-8f6d5f5c-0000-4000-8000-000000000001 1320220000001 40960 mig
        0000:41:00.0 GPU-8f6d5f5c-0000-4000-8000-000000000002 - 15360 plain
        0000:42:00.0 GPU-8f6d5f5c-0000-4000-8000-000000000003 full 15360 plain
        """);
    devices();
    errors();
    instances();
    holders();
  }

  private void structs(Path built) {
    Function sizeOf = NativeLibrary.getInstance(built.toString()).getFunction("stubSizeOf");
    for (Structs.Sized struct : Structs.all()) {
      require(
          sizeOf.invokeInt(new Object[] {struct.name()}) == struct.checkedSize(),
          "the compiler's " + struct.name() + " is as large as Java's");
    }
  }

  private void devices() throws IOException, NvmlException {
    try (Nvml nvml = open()) {
      require(nvml.missing().isEmpty(), "all functions are found, but for " + nvml.missing());
      require(nvml.count() == 3, "devices are counted");
      require(nvml.driverVersion().equals("550.54.15"), "the driver's version is read");
      GpuReading card = nvml.gpu(CARD).read();
      require(
          card.uuid().orElseThrow().value().endsWith("0001"), "a card in domain 1 is found by it");
      require(card.serial().orElseThrow().value().equals("1320220000001"), "its serial is read");
      require(card.memory().orElseThrow().total() == 40960L << 20, "its memory is in bytes");
      require(
          card.milliwatts().orElseThrow() == 4_000_000_000L, "large numbers do not turn negative");
      require(card.wear().retired().orElseThrow() == 2, "retired pages are counted");
      require(
          card.recovery().equals(Optional.of(RecoveryAction.NONE)), "its recovery action is read");
      require(card.problems().isEmpty(), "a sound card has no problem, but " + card.problems());
      GpuReading plain = nvml.gpu(PLAIN).read();
      require(plain.serial().isEmpty() && plain.mig().isEmpty(), "what a card lacks is absent");
      require(plain.problems().isEmpty(), "and no problem");
      GpuReading full = nvml.gpu(PciAddress.parse("0000:42:00.0")).read();
      require(
          full.serial().orElseThrow().value().length() == 30,
          "a text that fills its buffer ends with it");
      require(
          code(() -> nvml.gpu(PciAddress.parse("0000:3b:00.0")).read()) == 6,
          "the same bus of another domain is another card");
    }
  }

  private void errors() throws IOException, NvmlException {
    for (NvmlError error : NvmlError.values()) {
      if (error != NvmlError.OTHER) {
        write("faults", "nvmlInit_v2 rc " + error.code() + " 0\n");
        require(refusal().error() == error, "an answer of " + error.code() + " is " + error);
      }
    }
    write("faults", "nvmlInit_v2 rc 4711 0\n");
    require(
        refusal().error() == NvmlError.OTHER && refusal().code() == 4711,
        "a number that is not known is kept");
    write("faults", "nvmlDeviceGetCount_v2 rc 999 0\n");
    try (Nvml nvml = open()) {
      require(code(nvml::count) == 999, "a count that fails is no count of none");
    }
    write("faults", "nvmlDeviceGetUUID rc 15 1\n");
    try (Nvml nvml = open()) {
      Gpu gpu = nvml.gpu(PLAIN);
      boolean well = gpu.read().failures().isEmpty();
      List<NvmlException> failures = gpu.read().failures();
      require(
          failures.size() == 1 && failures.get(0).error() == NvmlError.GPU_IS_LOST,
          "a card that is lost after a while is said to be (before: " + well + ")");
    }
    write("faults", "nvmlDeviceGetPowerUsage rc 13 0\n");
    try (Nvml nvml = open()) {
      GpuReading reading = nvml.gpu(PLAIN).read();
      require(
          reading.milliwatts().isEmpty() && reading.celsius().orElseThrow() == 41,
          "a function that is missing costs its own value");
    }
    write("faults", "");
    NvmlException none = refusal(NvmlLibrary.at(folder.resolve("none.so")));
    require(none.error() == NvmlError.LIBRARY_NOT_FOUND, "a library that is missing is said to be");
  }

  /** Where somebody built the stub without the newer functions, they are missed one by one. */
  private void older() throws NvmlException {
    Path old = folder.resolve("old.so");
    if (!Files.exists(old)) {
      return;
    }
    try (Nvml nvml = Nvml.open(NvmlLibrary.at(old))) {
      require(
          nvml.missing().equals(List.of("nvmlDeviceGetRemappedRows", "nvmlDeviceGetFieldValues")),
          "an older library lacks what it lacks: " + nvml.missing());
      GpuReading reading = nvml.gpu(PLAIN).read();
      require(
          reading.recovery().isEmpty()
              && reading.uuid().isPresent()
              && reading.problems().isEmpty(),
          "and tells the rest");
    }
  }

  private void instances() throws IOException, NvmlException {
    try (Nvml nvml = open()) {
      Gpu gpu = nvml.gpu(CARD);
      Mig mig = gpu.mig();
      require(!mig.mode().current() && mig.instances().isEmpty(), "MIG is off at first");
      require(code(() -> nvml.gpu(PLAIN).mig().mode()) == 3, "a plain card has no MIG");
      write("processes", CARD + " 4711\n");
      require(
          gpu.processes().equals(List.of(new GpuProcess(4711, -1))), "who works on a card is told");
      require(code(() -> mig.set(true)) == 19, "the mode of a card in use stays");
      write("processes", "");
      require(mig.set(true).current(), "an idle card's mode is set");
      List<MigProfile> profiles = mig.profiles();
      require(profiles.size() == 7, "its profiles are listed: " + profiles);
      MigProfile small = named(profiles, "1g.5gb");
      MigProfile half = named(profiles, "3g.20gb");
      require(small.memoryMib() == 4864 && half.id() == 9, "with their numbers");
      require(
          mig.placements(half).equals(List.of(new SlicePlacement(0, 4), new SlicePlacement(4, 4))),
          "and with where they may lie");
      require(mig.remaining(small) == 7, "7 small instances fit an empty card");
      mig.create(half, new SlicePlacement(4, 4));
      require(mig.remaining(half) == 1 && mig.remaining(small) == 4, "fewer when it is cut");
      GpuInstance there = mig.instances().get(0);
      require(
          there.placement().equals(new SlicePlacement(4, 4)) && there.hasCompute(),
          "an instance lies where it was made, with its compute instance");
      require(
          mig.uuid(there).orElseThrow().value().startsWith("MIG-"),
          "and has a UUID that programs are given");
      mig.create(half, new SlicePlacement(4, 4));
      require(mig.instances().size() == 1, "to make it again makes no other");
      require(
          code(() -> mig.create(small, new SlicePlacement(5, 1))) == 23, "a place is taken once");
      write("faults", "nvmlGpuInstanceCreateComputeInstance rc 999 0\n");
      code(() -> mig.create(small, new SlicePlacement(0, 1)));
      write("faults", "");
      require(
          mig.instances().stream().filter(GpuInstance::hasCompute).count() == 1
              && mig.instances().size() == 2,
          "one that broke off halfway is seen");
      mig.create(small, new SlicePlacement(0, 1));
      require(
          mig.instances().stream().allMatch(GpuInstance::hasCompute), "and is made whole after");
      require(code(() -> mig.set(false)) == 19, "the mode of a card with instances stays");
      write("processes", CARD + " 4711\n");
      require(code(() -> mig.destroy(half, new SlicePlacement(4, 4))) == 19, "one in use stays");
      write("processes", "");
      mig.destroy(half, new SlicePlacement(4, 4));
      mig.destroy(half, new SlicePlacement(4, 4));
      mig.destroy(small, new SlicePlacement(0, 1));
      require(mig.instances().isEmpty() && !mig.set(false).current(), "all is as before");
    }
  }

  private void holders() throws IOException, NvmlException {
    try (Nvml nvml = open()) {
      Gpu gpu = nvml.gpu(CARD);
      Mig mig = gpu.mig();
      mig.set(true);
      MigProfile small = named(mig.profiles(), "1g.5gb");
      mig.create(small, new SlicePlacement(0, 1));
      mig.create(small, new SlicePlacement(1, 1));
      GpuInstance first = mig.instances().get(0);
      GpuInstance second = mig.instances().get(1);
      write(
          "processes",
          "%1$s 4711 compute %2$d%n%1$s 4712 graphics %3$d%n%4$s 4713%n"
              .formatted(CARD, first.id(), second.id(), PLAIN));
      require(
          gpu.processes()
              .equals(List.of(new GpuProcess(4711, first.id()), new GpuProcess(4712, second.id()))),
          "who computes and who draws is told, with the instance, and nobody on another card");
      require(
          code(() -> mig.destroy(small, second.placement())) == 19, "one that is drawn by stays");
      write("processes", "%s 4711 compute %d%n".formatted(CARD, first.id()));
      mig.destroy(small, second.placement());
      require(mig.instances().size() == 1, "one beside that which is in use goes");
      write("faults", "nvmlDeviceGetGraphicsRunningProcesses_v3 rc 4 0\n");
      require(code(gpu::processes) == 4, "who is known in part only is not known");
      write("faults", "");
      write("processes", "");
      mig.destroy(small, first.placement());
      mig.set(false);
    }
  }

  private static MigProfile named(List<MigProfile> profiles, String name) {
    return profiles.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private Nvml open() throws NvmlException {
    return Nvml.open(library);
  }

  private NvmlException refusal() throws NvmlException {
    return refusal(library);
  }

  private static NvmlException refusal(NvmlLibrary library) throws NvmlException {
    Nvml nvml;
    try {
      nvml = Nvml.open(library);
    } catch (NvmlException e) {
      return e;
    }
    nvml.close();
    throw new IllegalStateException("a library was opened that should not be");
  }

  /** A call that may be refused. */
  @FunctionalInterface
  interface Call {
    void run() throws NvmlException;
  }

  /** NVML's number for what it answers; 0 where it goes well. */
  private static int code(Call call) {
    try {
      call.run();
      return 0;
    } catch (NvmlException e) {
      return e.code();
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void require(boolean kept, String promise) {
    if (!kept) {
      throw new IllegalStateException("not so: " + promise);
    }
    proved.add(promise);
  }
}
