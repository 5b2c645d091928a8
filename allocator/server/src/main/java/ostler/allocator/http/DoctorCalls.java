package ostler.allocator.http;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import ostler.allocator.engine.Ailment.Severity;
import ostler.allocator.engine.Finding;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Doctor.Diagnosis;

/** Whether all is as it should be. */
@RestController
@Tag(name = "doctor")
public final class DoctorCalls {

  private static final String NOTHING = "ok";

  private final Desk desk;

  public DoctorCalls(Desk desk) {
    this.desk = desk;
  }

  /**
   * What was found when the database, the claims and the hosts were compared.
   *
   * @param status of the worst finding: ok, info, warning or critical
   * @param untold how many findings more there are, or more than that
   */
  public record DiagnosisView(
      Instant at, String status, CheckedView checked, List<FindingView> findings, int untold) {

    /** How much was looked at. */
    public record CheckedView(int hosts, int units, int claims, int counters) {}

    /** Something that is not as it should be, the worst first. */
    public record FindingView(
        String severity, String code, String about, String message, String next) {
      static FindingView of(Finding finding) {
        return new FindingView(
            Door.lower(finding.ailment().severity()),
            finding.ailment().name(),
            finding.about(),
            finding.message(),
            finding.next());
      }
    }

    static DiagnosisView of(Diagnosis diagnosis) {
      return new DiagnosisView(
          diagnosis.at(),
          diagnosis.findings().stream()
              .map(finding -> finding.ailment().severity())
              .max(Comparator.naturalOrder())
              .map((Severity worst) -> Door.lower(worst))
              .orElse(NOTHING),
          new CheckedView(
              diagnosis.hosts(), diagnosis.units(), diagnosis.claims(), diagnosis.counters()),
          diagnosis.findings().stream().map(FindingView::of).toList(),
          diagnosis.untold());
    }
  }

  /** Compares what is in the database, what is claimed, and what hosts say; changes nothing. */
  @GetMapping("/v1/doctor")
  DiagnosisView examine() {
    return DiagnosisView.of(desk.doctor().examine());
  }
}
