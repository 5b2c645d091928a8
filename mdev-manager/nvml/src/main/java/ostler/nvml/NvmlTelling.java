package ostler.nvml;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import ostler.inventory.DeviceUuid;
import ostler.inventory.Problem;
import ostler.inventory.SerialNumber;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/**
 * How a process that may be lost tells another what NVML says: a line before each device, and a
 * line with what was found. So what it did not come back from is known.
 *
 * <p>A line is a JSON object: {@code {"begun":"nvml"}}, {@code {"begun":ADDRESS}}, {@code
 * {"gpu":{...}}}, {@code {"end":true}}.
 */
public final class NvmlTelling {

  private static final String LIBRARY = "nvml";

  private final Set<PciAddress> waiting;
  private final Map<PciAddress, GpuSight> sights = new TreeMap<>();
  private String at = LIBRARY;
  private int strangers;
  private boolean begun;
  private boolean over;
  private boolean broken;

  /** Listens to a process that was asked for these devices. */
  public NvmlTelling(Collection<PciAddress> asked) {
    this.waiting = new LinkedHashSet<>(asked);
  }

  /** What the process does: it asks NVML of each device, and prints line by line. */
  public static void child(NvmlLibrary library, List<PciAddress> devices, PrintStream out) {
    out.println(Json.write(line -> line.text("begun", LIBRARY)));
    try {
      // It is not closed: the process ends here, and that would be one more call that may hang.
      Nvml nvml = Nvml.open(library);
      nvml.count();
      for (PciAddress device : devices) {
        out.println(Json.write(line -> line.text("begun", device)));
        tell(nvml, device, out);
      }
    } catch (NvmlException e) {
      devices.forEach(device -> tellFailure(device, e, out));
    }
    out.println(Json.write(line -> line.bool("end", true)));
  }

  private static void tell(Nvml nvml, PciAddress device, PrintStream out) {
    try {
      GpuReading reading = nvml.gpu(device).read();
      out.println(
          Json.write(
              line ->
                  line.object(
                      "gpu",
                      gpu -> {
                        reading.write(gpu);
                        GpuSight.writeProblems(reading.problems(), gpu);
                      })));
    } catch (NvmlException e) {
      tellFailure(device, e, out);
    }
  }

  private static void tellFailure(PciAddress device, NvmlException e, PrintStream out) {
    out.println(
        Json.write(
            line ->
                line.object(
                    "gpu",
                    gpu -> {
                      gpu.text("address", device);
                      GpuSight.writeProblems(List.of(NvmlProblem.of(device, e)), gpu);
                    })));
  }

  /** Whether everything was told, or nothing more will be. */
  public boolean isOver() {
    return over;
  }

  /**
   * Takes one line in. A library may print what it likes; of that only the number is kept, and what
   * is then missing is missed at the end.
   */
  public void take(String line) {
    try {
      Json.read(
          line,
          JsonLimits.MESSAGE,
          in -> {
            take(in);
            return line;
          });
    } catch (WireException e) {
      strangers++;
    }
  }

  private void take(JsonObject in) throws WireException {
    if (in.has("gpu")) {
      GpuSight sight = in.object("gpu", NvmlTelling::sight);
      if (waiting.remove(sight.address())) {
        sights.put(sight.address(), sight);
      }
    } else if (in.has("begun")) {
      at = in.text("begun");
      begun = true;
    } else {
      over = in.bool("end");
    }
  }

  private static GpuSight sight(JsonObject in) throws WireException {
    // The rest of it is for people.
    return new GpuSight(
        in.value("address", PciAddress::tryParse, "a PCI address"),
        in.optionalValue("uuid", DeviceUuid::tryParse, "a device's UUID"),
        in.optionalValue("serial", SerialNumber::tryParse, "a serial number"),
        in.list("problems", GpuSight::problem));
  }

  /** It did not say its next word in time. */
  public void late(Duration deadline) {
    breakOff(
        Problem.Code.NVML_HANGS,
        "it did not come back within " + deadline.toSeconds() + " s from " + asking(),
        "its health is unknown: look for processes in state D, and see dmesg");
  }

  /**
   * It ended; {@code exit} is its status. Once it had begun to ask, only a crash ends it: it tells
   * whatever NVML answers. A JVM that crashes and may leave no core ends with 1.
   */
  public void ended(int exit) {
    if (over) {
      return;
    }
    breakOff(
        begun ? Problem.Code.NVML_CRASHED : Problem.Code.NVML_FAILED,
        "the process ended with %d at %s, having said %d lines of its own"
            .formatted(exit, asking(), strangers),
        "its health is unknown: see dmesg and nvidia-smi");
  }

  /** It could not even be started. */
  public void notStarted(String why) {
    breakOff(
        Problem.Code.NVML_FAILED,
        "the process that asks it cannot be started: " + why,
        "its health is unknown: see the host's limits");
  }

  private String asking() {
    return at.equals(LIBRARY) ? "loading the library" : "asking of " + at;
  }

  private void breakOff(Problem.Code code, String what, String next) {
    over = true;
    broken = true;
    for (PciAddress device : waiting) {
      sights.put(device, GpuSight.failed(device, NvmlProblem.of(code, device, what, next)));
    }
    waiting.clear();
  }

  /** What was told; every device that was asked for is in it, once this is over. */
  public GpuSights sights() {
    for (PciAddress device : waiting) {
      sights.put(
          device,
          GpuSight.failed(
              device,
              NvmlProblem.of(
                  Problem.Code.NVML_FAILED,
                  device,
                  "nothing was told of it",
                  "its health is unknown: see dmesg and nvidia-smi")));
    }
    return new GpuSights(Map.copyOf(sights), broken);
  }
}
