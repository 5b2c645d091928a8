package ostler.flavor;

/** When a unit that was given back no longer counts against the quota of its project. */
public enum ReleaseAt {
  /** When its host proved that nobody holds it; the project does not pay for the wipe. */
  DETACH,
  /** When it is clean, so that a project cannot have more units out of use than its quota. */
  CLEAN
}
