namespace Pogoline.FactoryData;

/// <summary>Faults of factory data. No message of theirs has a value of the table in it.</summary>
public static class FactoryFaults
{
    /// <summary>The table cannot be read as one.</summary>
    public static readonly FaultCode Table = new("factory-table", ExitCode.BadInput, "The file is no CSV table with a line of column names, or a column is not known.");

    /// <summary>A value does not fit its field.</summary>
    public static readonly FaultCode Value = new("factory-value", ExitCode.BadInput, "The table was made for other boards, or a value was cut off.");

    /// <summary>A row is there twice.</summary>
    public static readonly FaultCode Duplicate = new("factory-row-twice", ExitCode.BadInput, "Rows were pasted twice.");

    /// <summary>Every row is used.</summary>
    public static readonly FaultCode Exhausted = new("factory-rows-used", ExitCode.Refused, "More boards came than the table has rows for.");

    /// <summary>The device ID is not known, so the row could not be remembered as its own.</summary>
    public static readonly FaultCode NoIdentity = new("factory-no-device-id", ExitCode.Refused, "The board does not show a serial number on USB.");

    /// <summary>The record of used rows does not fit the table, or is damaged.</summary>
    public static readonly FaultCode Ledger = new("factory-ledger", ExitCode.BadInput, "The table was edited after its first use, or the record beside it was.");

    /// <summary>The record of used rows cannot be read or written.</summary>
    public static readonly FaultCode LedgerAccess = new("factory-ledger-access", ExitCode.Machine, "The disk is full, or permission is missing.");

    /// <summary>The plan writes factory data and the values are not there, or the other way round.</summary>
    public static readonly FaultCode Missing = new("factory-values-missing", ExitCode.Refused, "The plan was saved with factory data, and is run without.");
}
