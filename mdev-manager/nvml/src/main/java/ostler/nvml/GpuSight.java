package ostler.nvml;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ostler.inventory.DeviceUuid;
import ostler.inventory.Problem;
import ostler.inventory.SerialNumber;
import ostler.pci.PciAddress;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * What became known of one device by asking NVML.
 *
 * @param problems what is wrong with it, or why its health is unknown; empty for a healthy one
 */
public record GpuSight(
    PciAddress address,
    Optional<DeviceUuid> uuid,
    Optional<SerialNumber> serial,
    List<Problem> problems) {

  public GpuSight {
    problems = List.copyOf(problems);
  }

  static GpuSight failed(PciAddress address, Problem problem) {
    return new GpuSight(address, Optional.empty(), Optional.empty(), List.of(problem));
  }

  static void writeProblems(List<Problem> problems, JsonWriter out) {
    out.list(
        "problems",
        problems,
        (problem, in) -> in.text("code", problem.code()).text("message", problem.sentence()));
  }

  static Problem problem(JsonObject in) throws WireException {
    Problem problem =
        new Problem(
            in.value("code", GpuSight::code, "a known code"),
            NvmlProblem.ATTRIBUTE,
            in.text("message"));
    in.done();
    return problem;
  }

  private static Optional<Problem.Code> code(String text) {
    return Arrays.stream(Problem.Code.values())
        .filter(code -> code.name().equals(text))
        .findFirst();
  }
}
