namespace Pogoline.Programming.Journal;

/// <summary>Faults around journals.</summary>
public static class JournalFaults
{
    /// <summary>There is no such job.</summary>
    public static readonly FaultCode Missing = new("journal-missing", ExitCode.Usage, "The name is misspelt, or the journal lies in another folder.");

    /// <summary>A journal cannot be understood.</summary>
    public static readonly FaultCode Damaged = new("journal-damaged", ExitCode.BadInput, "The disk is failing, or something else wrote into the file.");

    /// <summary>A journal cannot be written or read.</summary>
    public static readonly FaultCode File = new("journal-file", ExitCode.Machine, "The disk is full, or a permission is missing.");

    /// <summary>The unit at hand is not the one of the job.</summary>
    public static readonly FaultCode OtherUnit = new("journal-other-unit", ExitCode.Refused, "Another board is connected than the one that the job was for.");

    /// <summary>The job needs factory data, which journals do not hold.</summary>
    public static readonly FaultCode FactoryData = new("journal-factory-data", ExitCode.Refused, "The values are secrets, and a journal is no place for them.");

    /// <summary>The job has reached its goal.</summary>
    public static readonly FaultCode Finished = new("journal-finished", ExitCode.Refused, "The job was done before, perhaps by another resume.");
}
